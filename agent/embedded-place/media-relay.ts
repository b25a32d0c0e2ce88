import type { Dialect } from '../wire/dialect.ts';
import type { ConnectedAgent } from './connected-agent.ts';
import type { Tracks } from './tracks.ts';
import type { Owner } from './world.ts';

/** Hands the media of one agent on to the others. */
export class MediaRelay {
  readonly #dialect: Dialect;
  readonly #tracks: Tracks;
  readonly #agents: ReadonlyMap<Owner, ConnectedAgent>;

  constructor(dialect: Dialect, tracks: Tracks, agents: ReadonlyMap<Owner, ConnectedAgent>) {
    this.#dialect = dialect;
    this.#tracks = tracks;
    this.#agents = agents;
  }

  maySend(sender: ConnectedAgent, trackId: number): boolean {
    return !this.#dialect.manners.tracks.protected || this.#tracks.ownerOf(trackId) === sender.owner;
  }

  /** Who is sent a packet of a track, each as often as it is; its sender only where it subscribed itself. */
  *listeners(sender: ConnectedAgent, trackId: number): Iterable<ConnectedAgent> {
    for (const listener of this.#wanting(sender, trackId)) if (listener?.announced) yield listener;
  }

  #wanting(sender: ConnectedAgent, trackId: number): Iterable<ConnectedAgent | undefined> {
    switch (this.#dialect.mediaTo) {
      case 'everyone':
        return [...this.#agents.values()].filter((agent) => agent !== sender);
      case 'subscribers':
        return this.#tracks.subscribersTo(trackId).map((owner) => this.#agents.get(owner));
      case 'nobody':
        return [];
    }
  }
}
