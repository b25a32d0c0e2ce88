import type { Packet } from './packet.ts';
import type { SendFragment, SendReliable, SendUnreliable } from './protocol.ts';
import { fragmentIsSound, Reassembly } from './reassembly.ts';
import { sequenceAfter, sequencePlace } from './sequence.ts';
import type { DropReason } from './statistics.ts';
import { UnreliableShelf } from './unreliable-shelf.ts';
import type { WaitingData } from './waiting-data.ts';

/** What a channel tells the peer it belongs to. */
export interface ChannelOwner {
  deliver(packet: Packet): void;
  drop(reason: DropReason): void;
}

/**
 * Puts the packets of one channel back into order. What `receive...` returns says whether to read on in the
 * datagram: false means the command was faulty or found no room, and must not be acknowledged.
 */
export class IncomingChannel {
  readonly #number: number;
  readonly #owner: ChannelOwner;
  readonly #waiting: WaitingData;
  /** Reliable sequence number up to which everything is delivered. */
  #current = 0;
  /** Unreliable sequence number last delivered under it. */
  #unreliableCurrent = 0;
  /** Reliable packets ahead of their turn, by their first sequence number. */
  readonly #ahead = new Map<number, Uint8Array | Reassembly>();
  readonly #shelf: UnreliableShelf;

  constructor(number: number, owner: ChannelOwner, waiting: WaitingData) {
    this.#number = number;
    this.#owner = owner;
    this.#waiting = waiting;
    this.#shelf = new UnreliableShelf(waiting);
  }

  get reliableSequence(): number {
    return this.#current;
  }

  receiveReliable({ reliableSequence, payload }: SendReliable): boolean {
    if (!this.#acceptable(reliableSequence)) return true;
    if (reliableSequence === this.#current || this.#ahead.has(reliableSequence)) {
      this.#owner.drop('duplicate');
      return true;
    }
    if (!this.#take(payload.length, 0, this.#isNext(reliableSequence))) return false;
    if (this.#isNext(reliableSequence)) {
      this.#deliverReliable(payload, 1);
      this.#deliverAhead();
    } else {
      this.#ahead.set(reliableSequence, payload);
    }
    return true;
  }

  receiveFragment(fragment: SendFragment): boolean {
    const start = fragment.startSequence;
    if (!this.#acceptable(start)) return true;
    if (!this.#sound(fragment)) return false;
    if (start === this.#current) {
      this.#owner.drop('duplicate');
      return true;
    }
    let reassembly = this.#ahead.get(start);
    if (reassembly === undefined) {
      if (!this.#take(fragment.totalLength, fragment.fragmentCount, this.#isNext(start))) return false;
      reassembly = new Reassembly(fragment.totalLength, fragment.fragmentCount);
      this.#ahead.set(start, reassembly);
    } else if (!(reassembly instanceof Reassembly) || !reassembly.matches(fragment)) {
      this.#owner.drop('bad-fragment');
      return false;
    }
    if (!reassembly.add(fragment)) this.#owner.drop('duplicate');
    else if (reassembly.complete) {
      this.#waiting.assembled(reassembly.fragmentCount);
      if (this.#isNext(start)) this.#deliverAhead();
    }
    return true;
  }

  receiveUnreliable({ reliableSequence, unreliableSequence, payload }: SendUnreliable): boolean {
    if (!this.#acceptable(reliableSequence)) return true;
    if (this.#isExpired(reliableSequence, unreliableSequence)) return true;
    if (this.#shelf.get(reliableSequence, unreliableSequence) !== undefined) {
      this.#owner.drop('duplicate');
      return true;
    }
    const itsTurn = reliableSequence === this.#current;
    if (!this.#take(payload.length, 0, itsTurn)) return false;
    if (itsTurn) this.#deliverUnreliable(unreliableSequence, payload);
    else this.#shelf.put(reliableSequence, unreliableSequence, payload);
    return true;
  }

  receiveUnreliableFragment(fragment: SendFragment): boolean {
    const { reliableSequence, startSequence, totalLength, fragmentCount } = fragment;
    if (!this.#acceptable(reliableSequence)) return true;
    if (this.#isExpired(reliableSequence, startSequence)) return true;
    if (!this.#sound(fragment)) return false;
    let reassembly = this.#shelf.get(reliableSequence, startSequence);
    if (reassembly === undefined) {
      if (!this.#take(totalLength, fragmentCount, false)) return false;
      reassembly = new Reassembly(totalLength, fragmentCount);
      this.#shelf.put(reliableSequence, startSequence, reassembly);
    } else if (!(reassembly instanceof Reassembly) || !reassembly.matches(fragment)) {
      this.#owner.drop('bad-fragment');
      return false;
    }
    if (!reassembly.add(fragment)) this.#owner.drop('duplicate');
    else if (reassembly.complete) {
      this.#waiting.assembled(fragmentCount);
      if (reliableSequence === this.#current) this.#releaseUnreliable();
    }
    return true;
  }

  /** Throws away everything that waits. */
  clear(): void {
    for (const held of this.#ahead.values()) this.#waiting.discard(held);
    this.#ahead.clear();
    this.#shelf.clear();
  }

  #acceptable(reliableSequence: number): boolean {
    const place = sequencePlace(reliableSequence, this.#current);
    if (place === 'acceptable') return true;
    this.#owner.drop(place === 'behind' ? 'duplicate' : 'window');
    return false;
  }

  #sound(fragment: SendFragment): boolean {
    if (!fragmentIsSound(fragment)) {
      this.#owner.drop('bad-fragment');
      return false;
    }
    if (fragment.totalLength > this.#waiting.limits.maximumPacketSize) {
      this.#owner.drop('oversize');
      return false;
    }
    return true;
  }

  #isExpired(reliableSequence: number, unreliableSequence: number): boolean {
    const expired = reliableSequence === this.#current && unreliableSequence <= this.#unreliableCurrent;
    if (expired) this.#owner.drop('expired');
    return expired;
  }

  #isNext(reliableSequence: number): boolean {
    return reliableSequence === sequenceAfter(this.#current, 1);
  }

  #take(length: number, fragments: number, itsTurn: boolean): boolean {
    while (!this.#waiting.take(length, fragments, itsTurn)) {
      if (!this.#forgetOldestUnreliable()) {
        this.#owner.drop('waiting-data');
        return false;
      }
    }
    return true;
  }

  /** Incomplete unreliable packets may never complete; they make room for others. */
  #forgetOldestUnreliable(): boolean {
    if (!this.#shelf.forgetOldest(this.#current)) return false;
    this.#owner.drop('incomplete');
    return true;
  }

  #deliverReliable(data: Uint8Array, numbers: number): void {
    this.#forgetWithin(numbers);
    this.#current = sequenceAfter(this.#current, numbers);
    this.#unreliableCurrent = 0;
    this.#owner.deliver({ channel: this.#number, data, kind: 'reliable' });
    this.#releaseUnreliable();
  }

  #deliverAhead(): void {
    for (;;) {
      const next = sequenceAfter(this.#current, 1);
      const held = this.#ahead.get(next);
      if (held === undefined) return;
      if (held instanceof Reassembly) {
        if (!held.complete) return;
        this.#ahead.delete(next);
        this.#deliverReliable(held.data, held.fragmentCount);
      } else {
        this.#ahead.delete(next);
        this.#deliverReliable(held, 1);
      }
    }
  }

  /**
   * Everything that waits at or among the numbers about to be passed can no longer have its turn. Only a
   * faulty sender puts packets among the numbers of another's fragments.
   */
  #forgetWithin(numbers: number): void {
    for (let dropped = this.#shelf.forget(this.#current); dropped > 0; dropped--)
      this.#owner.drop('incomplete');
    if (numbers === 1 || (this.#ahead.size === 0 && this.#shelf.empty)) return;
    for (let step = 1; step <= numbers; step++) {
      const number = sequenceAfter(this.#current, step);
      const held = this.#ahead.get(number);
      if (held !== undefined) {
        this.#ahead.delete(number);
        this.#waiting.discard(held);
        this.#owner.drop('bad-fragment');
      }
      if (step === numbers) break;
      for (let dropped = this.#shelf.forget(number); dropped > 0; dropped--) this.#owner.drop('bad-fragment');
    }
  }

  /** Delivers what is complete of the unreliable packets whose turn has come. */
  #releaseUnreliable(): void {
    if (this.#shelf.empty) return;
    const { ready, incomplete } = this.#shelf.drain(this.#current);
    for (let dropped = incomplete; dropped > 0; dropped--) this.#owner.drop('incomplete');
    for (const { unreliableSequence, data } of ready) this.#deliverUnreliable(unreliableSequence, data);
  }

  #deliverUnreliable(unreliableSequence: number, data: Uint8Array): void {
    this.#unreliableCurrent = unreliableSequence;
    for (let dropped = this.#shelf.forget(this.#current, unreliableSequence); dropped > 0; dropped--)
      this.#owner.drop('incomplete');
    this.#owner.deliver({ channel: this.#number, data, kind: 'unreliable' });
  }
}
