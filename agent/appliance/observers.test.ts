import { describe, expect, it } from 'vitest';
import { Observers, observerLimit } from './observers.ts';

const unknown = () => undefined;

describe('the observers of a property', () => {
  it('are each told once, however often they asked', () => {
    const observers = new Observers();
    observers.add('ann', 0, unknown);
    observers.add('ann', 0, unknown);
    expect(observers.present(0, () => true)).toEqual(['ann']);
  });

  it('are forgotten once they left the world they were seen in', () => {
    const observers = new Observers();
    observers.add('ann', 0, unknown);
    observers.present(0, () => true);
    expect(observers.present(1, () => false)).toEqual([]);
  });

  it('are given five seconds to appear: a request may outrun the state that shows who sent it', () => {
    const observers = new Observers();
    observers.add('ann', 0, unknown);
    expect(observers.present(5_000, () => false)).toEqual(['ann']);
    expect(observers.present(5_001, () => false)).toEqual([]);
  });

  it('all stay while the world is not known, as right after a rejoin', () => {
    const observers = new Observers();
    observers.add('ann', 0, unknown);
    observers.present(0, () => true);
    expect(observers.present(60_000, unknown)).toEqual(['ann']);
  });

  it('are limited in number', () => {
    const observers = new Observers();
    for (let i = 0; i < observerLimit; i++) expect(observers.add(`visitor ${i}`, 0, () => true)).toBe(true);
    expect(observers.add('one too many', 0, () => true)).toBe(false);
    expect(observers.size).toBe(observerLimit);
  });

  it('who are gone do not keep others out, however long no reading came', () => {
    const observers = new Observers();
    for (let i = 0; i < observerLimit; i++) observers.add(`visitor ${i}`, 0, unknown);
    const exists = (entity: string) => entity === 'visitor 7' || entity === 'ann';
    expect(observers.add('ann', 3_600_000, exists)).toBe(true);
    expect(observers.present(3_600_000, exists)).toEqual(['visitor 7', 'ann']);
  });
});
