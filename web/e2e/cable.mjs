// A network cable between browser and server that a test can pull.
import { connect, createServer } from 'node:net';

export class Cable {
  static async lay(port) {
    const cable = new Cable(port);
    await new Promise((resolve) => cable.listener.listen(0, '127.0.0.1', resolve));
    cable.url = `http://127.0.0.1:${cable.listener.address().port}`;
    return cable;
  }

  constructor(port) {
    this.pairs = new Set();
    this.is_plugged = true;
    this.listener = createServer((near) => {
      if (!this.is_plugged) return void near.destroy();
      const far = connect(port, '127.0.0.1');
      const pair = [near, far];
      this.pairs.add(pair);
      const end = () => {
        this.pairs.delete(pair);
        near.destroy();
        far.destroy();
      };
      for (const socket of pair) socket.on('error', end).on('close', end);
      near.pipe(far);
      far.pipe(near);
    });
  }

  /** Every connection ends at once, and no new one is made. */
  pull() {
    this.is_plugged = false;
    for (const [near] of this.pairs) near.destroy();
  }

  /** Nothing goes through any more, but nobody is told; a new connection is not made. */
  freeze() {
    this.is_plugged = false;
    for (const [near, far] of this.pairs) {
      near.unpipe(far);
      far.unpipe(near);
      near.pause();
      far.pause();
    }
  }

  plug() {
    this.is_plugged = true;
  }

  remove() {
    this.pull();
    this.listener.close();
  }
}
