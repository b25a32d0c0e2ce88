import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** How long a nonce is good for, ms. */
export const nonceLifetime = 30_000;

/** Most nonces whose use is remembered at once. */
const mostSpent = 4_096;

const randomLength = 10;
const timeLength = 6;
const macLength = 16;

/** `foreign`: not given to this sender by this appliance since it started. `crowded`: too many were used of late. */
export type NonceState = 'good' | 'expired' | 'spent' | 'foreign' | 'crowded';

/**
 * Numbers used once, for proofs. Nothing is kept of those given out, so that nobody can crowd out another's by asking
 * for many: a nonce says itself when it was given, and carries a MAC over that and its sender. What is remembered is
 * which were used, until they expire. The secret is made anew at every start, and all nonces before it are void.
 */
export class Nonces {
  readonly #secret = randomBytes(32);
  /** When each used nonce expires, ms. */
  readonly #spent = new Map<string, number>();
  #voidUpTo = -1;

  /** 43 characters of base64url. `now` in ms, at least 0. */
  give(sender: string, now: number): string {
    const time = Buffer.alloc(timeLength);
    time.writeUIntBE(Math.floor(now), 0, timeLength);
    const body = Buffer.concat([randomBytes(randomLength), time]);
    return Buffer.concat([body, this.#mac(body, sender)]).toString('base64url');
  }

  /** What is known of a nonce that came from `sender`. */
  look(nonce: string, sender: string, now: number): NonceState {
    this.#forget(now);
    const bytes = Buffer.from(nonce.slice(0, 64), 'base64url');
    const body = bytes.subarray(0, randomLength + timeLength);
    const mac = bytes.subarray(randomLength + timeLength);
    // One nonce has one spelling: what is remembered as used cannot be used again under another.
    if (mac.length !== macLength || bytes.toString('base64url') !== nonce) return 'foreign';
    if (!timingSafeEqual(mac, this.#mac(body, sender))) return 'foreign';
    const givenAt = body.readUIntBE(randomLength, timeLength);
    if (this.#spent.has(nonce)) return 'spent';
    if (givenAt <= this.#voidUpTo || now >= givenAt + nonceLifetime) return 'expired';
    return this.#spent.size < mostSpent ? 'good' : 'crowded';
  }

  /** Remembers that a good nonce is used. */
  spend(nonce: string, now: number): void {
    this.#spent.set(nonce, now + nonceLifetime);
  }

  /** Those given until now are good no more. */
  voidAll(now: number): void {
    this.#voidUpTo = Math.floor(now);
  }

  #mac(body: Uint8Array, sender: string): Buffer {
    return createHmac('sha256', this.#secret).update(body).update(sender).digest().subarray(0, macLength);
  }

  #forget(now: number): void {
    for (const [nonce, expires] of this.#spent) {
      if (expires > now) return;
      this.#spent.delete(nonce);
    }
  }
}
