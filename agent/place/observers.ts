/** Is told what an observer threw. */
export type ObserverFailed = (error: unknown) => void;

/**
 * Who wants to hear of something. An observer that throws does not keep the others from hearing it: the error
 * goes to `failed`.
 */
export class Observers<T> {
  readonly #observers = new Set<T>();
  readonly #failed: ObserverFailed;

  constructor(failed: ObserverFailed) {
    this.#failed = failed;
  }

  /** Returns the way to stop observing. */
  add(observer: T): () => void {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  tell(say: (observer: T) => void): void {
    for (const observer of [...this.#observers]) {
      if (!this.#observers.has(observer)) continue;
      try {
        say(observer);
      } catch (error) {
        this.#failed(error);
      }
    }
  }
}
