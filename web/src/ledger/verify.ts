// Follows a ledger by its static files (C2SP tlog-tiles) and says whether it is what was signed: now, and when the checkpoints that
// somebody kept were made.
import { open_checkpoint, read_key, to_base64, type VerifierKey, Wrong } from './note';
import { type Bytes, Frontier, leaf_hash, root_of, same, type TreeHead } from './tree';

export interface Source {
  /** "checkpoint", "tile/0/x001/x234/067.p/8"; undefined when there is none. */
  get(path: string): Promise<Bytes | undefined>;
}
export interface Audit {
  readonly key: string;
  readonly trusted?: readonly string[];
  readonly witnesses?: readonly string[];
  readonly progress?: (done: number, all: number) => void;
}
export interface Report {
  origin: string;
  records: number;
  root: string;
  tiles: number;
  trusted: number;
  witnesses: readonly string[];
  /** Empty: all is as it was signed. */
  problems: string[];
}

const width = 256;
const problems_max = 100;

function index_path(index: number): string {
  const last = String(index % 1000).padStart(3, '0');
  let path = last;
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
  return path;
}

export function tile_path(level: string, index: number, hashes: number): string {
  return `tile/${level}/${index_path(index)}${hashes === width ? '' : `.p/${String(hashes)}`}`;
}

interface Head { readonly id: bigint; readonly learned: bigint }

/** The parts of a record that every record has (docs/formats/ledger.md). */
function head_of(leaf: Bytes): Head {
  const view = new DataView(leaf.buffer, leaf.byteOffset, leaf.byteLength);
  if (leaf.length < 35 || leaf[0] !== 1) throw new Wrong('it is of a form that is not known');
  return { id: view.getBigUint64(1, true), learned: view.getBigInt64(25, true) };
}

function leaves_of(bundle: Bytes, expected: number): Bytes[] {
  const leaves: Bytes[] = [];
  let at = 0;
  while (at + 2 <= bundle.length) {
    const size = (bundle[at] ?? 0) * 256 + (bundle[at + 1] ?? 0);
    if (at + 2 + size > bundle.length) break;
    leaves.push(bundle.slice(at + 2, at + 2 + size));
    at += 2 + size;
  }
  if (at !== bundle.length || leaves.length !== expected) throw new Wrong(`it holds ${String(leaves.length)} whole records, expected ${String(expected)}`);
  return leaves;
}

function joined(hashes: readonly Bytes[]): Bytes {
  const all = new Uint8Array(hashes.length * 32);
  hashes.forEach((hash, i) => { all.set(hash, i * 32); });
  return all;
}

class Verifier {
  readonly report: Report = { origin: '', records: 0, root: '', tiles: 0, trusted: 0, witnesses: [], problems: [] };
  readonly #source: Source;
  readonly #audit: Audit;
  readonly #frontier = new Frontier();
  readonly #levels: Bytes[][] = [];
  #expected: { readonly name: string; readonly tree: TreeHead; readonly is_trusted: boolean }[] = [];
  #last: Head | undefined;

  constructor(source: Source, audit: Audit) {
    this.#source = source;
    this.#audit = audit;
  }

  async run(): Promise<Report> {
    const key = await this.#attempt('the key that was brought', () => read_key(this.#audit.key));
    const size = key === undefined ? undefined : await this.#take_checkpoints(key);
    if (size === undefined) return this.report;
    for (let first = 0; first < size; first += width) {
      const count = Math.min(width, size - first);
      if (!await this.#take_bundle(first / width, count)) return this.report;
      this.#audit.progress?.(first + count, size);
    }
    for (const [level, hashes] of this.#levels.entries()) {
      const index = Math.floor(size / width ** (level + 1));
      if (hashes.length > 0) await this.#compare_tile(level, index, hashes);
    }
    return this.report;
  }

  #problem(text: string): void {
    if (this.report.problems.length < problems_max) this.report.problems.push(text);
  }

  async #attempt<T>(where: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      this.#problem(`${where}: ${error.message}`);
      return undefined;
    }
  }

  /** The size of the newest one; undefined when nothing more can be looked at. */
  async #take_checkpoints(key: VerifierKey): Promise<number | undefined> {
    const witnesses: VerifierKey[] = [];
    for (const text of this.#audit.witnesses ?? []) {
      const witness = await this.#attempt('the key of a witness', () => read_key(text));
      if (witness !== undefined) witnesses.push(witness);
    }
    const bytes = await this.#source.get('checkpoint');
    if (bytes === undefined) {
      this.#problem('there is no checkpoint');
      return undefined;
    }
    const newest = await this.#attempt('the newest checkpoint', () => open_checkpoint(new TextDecoder().decode(bytes), key, witnesses));
    if (newest === undefined) return undefined;
    Object.assign(this.report, { origin: newest.origin, root: to_base64(newest.tree.root), witnesses: newest.witnesses });
    this.#expected = [{ name: 'the newest checkpoint', tree: newest.tree, is_trusted: false }];
    for (const [i, text] of (this.#audit.trusted ?? []).entries()) {
      const name = `checkpoint ${String(i + 1)} that was brought`;
      const old = await this.#attempt(name, () => open_checkpoint(text, key, witnesses));
      if (old === undefined) continue;
      if (old.tree.size > newest.tree.size) this.#problem(`the ledger signs ${String(newest.tree.size)} records, and ${name} was signed over ${String(old.tree.size)}`);
      this.#expected.push({ name, tree: old.tree, is_trusted: true });
    }
    return newest.tree.size;
  }

  async #take_bundle(index: number, count: number): Promise<boolean> {
    const path = tile_path('entries', index, count);
    const bundle = await this.#source.get(path);
    const leaves = bundle && await this.#attempt(path, async () => Promise.resolve(leaves_of(bundle, count)));
    if (leaves === undefined) {
      if (bundle === undefined) this.#problem(`${path} is missing`);
      return false;
    }
    const hashes = await Promise.all(leaves.map(leaf_hash));
    for (const [i, leaf] of leaves.entries()) {
      const hash = hashes[i];
      if (hash === undefined) return false;
      await this.#take_record(leaf, hash);
    }
    return true;
  }

  async #take_record(leaf: Bytes, hash: Bytes): Promise<void> {
    const place = `record ${String(this.report.records)}`;
    const head = await this.#attempt(place, async () => Promise.resolve(head_of(leaf)));
    if (head !== undefined) {
      if (this.#last !== undefined && head.id <= this.#last.id) this.#problem(`${place}: its number in the line is not after that of the record before`);
      if (this.#last !== undefined && head.learned < this.#last.learned) this.#problem(`${place}: it was learned before the record before it`);
      this.#last = head;
    }
    await this.#frontier.add(hash);
    this.report.records += 1;
    await this.#take_hash(hash);
    for (const { name, tree, is_trusted } of this.#expected) {
      if (tree.size !== this.report.records) continue;
      if (!same(await this.#frontier.root(), tree.root)) this.#problem(`the first ${String(tree.size)} records are not those that were signed: ${name} has another root`);
      else if (is_trusted) this.report.trusted += 1;
    }
  }

  async #take_hash(leaf: Bytes): Promise<void> {
    let hash = leaf;
    for (let level = 0; ; level += 1) {
      const tile = this.#levels[level] ??= [];
      tile.push(hash);
      if (tile.length < width) return;
      await this.#compare_tile(level, Math.floor(this.report.records / width ** (level + 1)) - 1, tile);
      hash = await root_of(tile);
      this.#levels[level] = [];
    }
  }

  async #compare_tile(level: number, index: number, hashes: readonly Bytes[]): Promise<void> {
    const path = tile_path(String(level), index, hashes.length);
    const stored = await this.#source.get(path);
    if (stored === undefined || !same(stored, joined(hashes))) this.#problem(`${path} is missing, or not what the records say`);
    else this.report.tiles += 1;
  }
}

export function verify_log(source: Source, audit: Audit): Promise<Report> {
  return new Verifier(source, audit).run();
}
