import { AVATAR } from '../place/own-entities.ts';
import type { PlaceSession } from '../place/session.ts';
import type { Log } from './log.ts';

/**
 * Lets the avatar look like a model (a binary glTF file), which is offered as an asset. While the file cannot be
 * read it looks as it did before: that is logged, and nothing worse.
 */
export class AvatarModel {
  readonly #session: PlaceSession;
  readonly #file: string;
  readonly #log: Log;
  #id: string | undefined;
  readonly #undo: (() => void)[] = [];

  constructor(session: PlaceSession, file: string, log: Log) {
    this.#session = session;
    this.#file = file;
    this.#log = log;
  }

  async start(): Promise<void> {
    const { assets, entities } = this.#session;
    const plain = entities.get(AVATAR)?.components.geometry;
    this.#undo.push(
      assets.observe({
        withdrawn: (id, err) => {
          if (id !== this.#id) return;
          this.#id = undefined;
          entities.update(AVATAR, { geometry: plain });
          this.#log.warn({ err, file: this.#file }, 'the model of the avatar is offered no longer');
        },
      }),
    );
    try {
      const { id, size } = await assets.offer(this.#file);
      this.#id = id;
      entities.update(AVATAR, { geometry: { type: 'asset', name: id } });
      this.#log.info({ file: this.#file, id, size }, 'offering the model of the avatar');
    } catch (err) {
      this.#log.warn({ err, file: this.#file }, 'the avatar has no model');
    }
  }

  stop(): void {
    for (const stop of this.#undo.splice(0)) stop();
  }
}
