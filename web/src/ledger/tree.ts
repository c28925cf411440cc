// Merkle trees of RFC 6962 over SHA-256, and the checks of RFC 9162. Written for itself, from the RFCs: it shares nothing with the
// program that it checks.

export type Bytes = Uint8Array<ArrayBuffer>;
export interface TreeHead { readonly size: number; readonly root: Bytes }

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

export function leaf_hash(record: Bytes): Promise<Bytes> {
  const bytes = new Uint8Array(record.length + 1);
  bytes.set(record, 1);
  return sha256(bytes);
}

export function node_hash(left: Bytes, right: Bytes): Promise<Bytes> {
  const bytes = new Uint8Array(1 + left.length + right.length);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 1 + left.length);
  return sha256(bytes);
}

export function same(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Root of leaf hashes, or of the hashes of complete subtrees of one size and a rest of smaller ones before it. */
export async function root_of(hashes: readonly Bytes[]): Promise<Bytes> {
  const [first] = hashes;
  if (first === undefined) return sha256(new Uint8Array());
  if (hashes.length === 1) return first;
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return node_hash(await root_of(hashes.slice(0, split)), await root_of(hashes.slice(split)));
}

/** A tree that grows leaf by leaf: the roots of its complete subtrees, by level. */
export class Frontier {
  readonly #roots: (Bytes | undefined)[] = [];
  #size = 0;
  get size(): number { return this.#size; }

  async add(leaf: Bytes): Promise<void> {
    let hash = leaf;
    let level = 0;
    for (let left = this.#roots[level]; left !== undefined; left = this.#roots[level]) {
      hash = await node_hash(left, hash);
      this.#roots[level] = undefined;
      level += 1;
    }
    this.#roots[level] = hash;
    this.#size += 1;
  }

  async root(): Promise<Bytes> {
    let root: Bytes | undefined;
    for (const hash of this.#roots) {
      if (hash !== undefined) root = root === undefined ? hash : await node_hash(hash, root);
    }
    return root ?? sha256(new Uint8Array());
  }
}

// The shape of a proof follows from the numbers alone. Each step joins a hash of the proof from the left or the right.
type Side = 'left' | 'right';

/** From a leaf, or the last leaf of an old tree, to the root. */
function way(index: number, size: number): Side[] {
  if (size <= 1) return [];
  let split = 1;
  while (split * 2 < size) split *= 2;
  return index < split ? [...way(index, split), 'right'] : [...way(index - split, size - split), 'left'];
}

/** Whether a leaf is in the tree, as the proof says. */
export async function is_included(index: number, leaf: Bytes, tree: TreeHead, proof: readonly Bytes[]): Promise<boolean> {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(tree.size) || index < 0 || index >= tree.size) return false;
  const sides = way(index, tree.size);
  if (sides.length !== proof.length || proof.some((hash) => hash.length !== 32) || leaf.length !== 32) return false;
  let hash = leaf;
  for (const [i, side] of sides.entries()) {
    const beside = proof[i];
    if (beside === undefined) return false;
    hash = side === 'left' ? await node_hash(beside, hash) : await node_hash(hash, beside);
  }
  return same(hash, tree.root);
}

interface Roots { readonly old: Bytes; readonly now: Bytes }

/** Root of the old tree and of the new one, from the proof: RFC 6962 section 2.1.2, taken from its end. Undefined: wrong length. */
async function roots(old_size: number, size: number, proof: readonly Bytes[], known: Bytes | undefined): Promise<Roots | undefined> {
  if (old_size === size) {
    const hash = known ?? proof[0];
    return hash !== undefined && proof.length === (known === undefined ? 1 : 0) ? { old: hash, now: hash } : undefined;
  }
  const last = proof.at(-1);
  if (last === undefined) return undefined;
  const before = proof.slice(0, -1);
  let split = 1;
  while (split * 2 < size) split *= 2;
  if (old_size <= split) {
    const left = await roots(old_size, split, before, known);
    return left && { old: left.old, now: await node_hash(left.now, last) };
  }
  const right = await roots(old_size - split, size - split, before, undefined);
  return right && { old: await node_hash(last, right.old), now: await node_hash(last, right.now) };
}

/** Whether the tree begins with the old tree. An old tree of no leaves shows nothing. */
export async function is_consistent(old: TreeHead, tree: TreeHead, proof: readonly Bytes[]): Promise<boolean> {
  if (!Number.isSafeInteger(old.size) || !Number.isSafeInteger(tree.size) || old.size <= 0 || old.size > tree.size) return false;
  if ([...proof, old.root, tree.root].some((hash) => hash.length !== 32)) return false;
  const found = await roots(old.size, tree.size, proof, old.root);
  return found !== undefined && same(found.old, old.root) && same(found.now, tree.root);
}
