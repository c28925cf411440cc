// Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature), Ed25519 by the browser.
import { type Bytes, sha256, type TreeHead } from './tree';

const dash = '\u2014 ';
const signatures_max = 100;

/** What is wrong with a text, in words. */
export class Wrong extends Error {}

/** Base 64 as it is written in one way only. */
export function from_base64(text: string): Bytes {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw new Wrong('this is not base 64');
  }
  if (btoa(binary) !== text) throw new Wrong('this is not base 64');
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

export function to_base64(bytes: Bytes): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

function hex(bytes: Bytes): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function utf8(text: string): Bytes {
  return new Uint8Array(new TextEncoder().encode(text));
}

function joined(...parts: readonly Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export interface VerifierKey { readonly name: string; readonly id: string; readonly is_witness: boolean; readonly key: Bytes }

/** NAME+ID+BASE64, of kind 1 (notes) or 4 (witnesses). */
export async function read_key(text: string): Promise<VerifierKey> {
  const parts = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(text);
  const [, name = '', id = '', encoded = ''] = parts ?? [];
  if (parts === null) throw new Wrong('a key is NAME+ID+KEY');
  const bytes = from_base64(encoded);
  const kind = bytes[0];
  if (bytes.length !== 33 || (kind !== 1 && kind !== 4)) throw new Wrong('the key is of another kind than Ed25519');
  const hash = await sha256(joined(utf8(`${name}\n`), bytes));
  if (hex(hash.slice(0, 4)) !== id) throw new Wrong('the number of the key does not belong to it: was it copied whole?');
  return { name, id, is_witness: kind === 4, key: bytes.slice(1) };
}

export interface Signature { readonly name: string; readonly id: string; readonly bytes: Bytes }
export interface Note { readonly text: string; readonly signatures: readonly Signature[] }

export function read_note(text: string): Note {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0009\u000B-\u001F]/.test(text) || text.includes('\uFFFD')) throw new Wrong('a note has no control characters');
  const parting = text.lastIndexOf('\n\n');
  if (parting < 0 || !text.endsWith('\n') || parting + 2 === text.length) throw new Wrong('a note is a text, an empty line, and signatures');
  const lines = text.slice(parting + 2, -1).split('\n');
  if (lines.length > signatures_max) throw new Wrong('a note has at most 100 signatures');
  const signatures = lines.map((line): Signature => {
    const [, name = '', encoded = ''] = line.startsWith(dash) ? /^([^+\s]+) (\S+)$/u.exec(line.slice(dash.length)) ?? [] : [];
    if (name === '') throw new Wrong('a signature is a dash, the name of a key, and base 64');
    const bytes = from_base64(encoded);
    if (bytes.length <= 4) throw new Wrong('a signature is too short');
    return { name, id: hex(bytes.slice(0, 4)), bytes: bytes.slice(4) };
  });
  return { text: text.slice(0, parting + 1), signatures };
}

async function is_signed(text: string, key: VerifierKey, signature: Bytes): Promise<boolean> {
  const head = key.is_witness ? 8 : 0;
  if (signature.length !== head + 64) return false;
  const time = signature.slice(0, head).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  if (time >= 2n ** 63n) return false;
  const message = key.is_witness ? `cosignature/v1\ntime ${String(time)}\n${text}` : text;
  const imported = await crypto.subtle.importKey('raw', key.key, 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', imported, signature.slice(head), utf8(message));
}

export interface Checkpoint { readonly origin: string; readonly tree: TreeHead; readonly witnesses: readonly string[] }

function read_tree(text: string): { origin: string; tree: TreeHead } {
  const [origin = '', size = '', root = ''] = text.split('\n');
  const is_size = /^(0|[1-9][0-9]{0,15})$/.test(size) && Number.isSafeInteger(Number(size));
  if (origin === '' || !is_size || !text.endsWith('\n') || text.includes('\n\n')) throw new Wrong('a checkpoint is a name, a size and a root');
  const hash = from_base64(root);
  if (hash.length !== 32) throw new Wrong('the root of a checkpoint has 32 bytes');
  return { origin, tree: { size: Number(size), root: hash } };
}

/** Opens a checkpoint with the key of the log; says which witnesses signed it as well. */
export async function open_checkpoint(text: string, log: VerifierKey, witnesses: readonly VerifierKey[] = []): Promise<Checkpoint> {
  const note = read_note(text);
  const signed_by = new Set<VerifierKey>();
  for (const signature of note.signatures) {
    for (const key of [log, ...witnesses]) {
      if (key.name !== signature.name || key.id !== signature.id) continue;
      if (!await is_signed(note.text, key, signature.bytes)) throw new Wrong(`the signature of ${key.name} is false`);
      signed_by.add(key);
    }
  }
  if (!signed_by.has(log)) throw new Wrong(`the key ${log.name}+${log.id} did not sign this checkpoint`);
  const { origin, tree } = read_tree(note.text);
  if (origin !== log.name) throw new Wrong(`the checkpoint is of the log ${origin}, and the key of ${log.name}`);
  return { origin, tree, witnesses: witnesses.filter((key) => signed_by.has(key)).map((key) => key.name) };
}
