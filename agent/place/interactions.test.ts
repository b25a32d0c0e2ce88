import { beforeEach, describe, expect, it } from 'vitest';
import { ScriptedPlace } from '../../test/support/scripted-place.ts';
import type { AlloError } from '../errors.ts';
import type { Body, Interaction } from '../wire/interaction.ts';
import { MOST_INCOMING } from './inbox.ts';
import { MOST_REQUESTS } from './requests.ts';
import type { PlaceSession } from './session.ts';

let place: ScriptedPlace;
let session: PlaceSession;

beforeEach(async () => {
  place = new ScriptedPlace();
  await place.open();
  session = place.session();
  session.entities.declare('lamp', {});
  session.start();
  await place.time.advance(200);
});

const code = (error: AlloError) => error.code;

/** The last interaction the place received. */
function last(): Interaction {
  return place.interactions.at(-1)!;
}

describe('asking', () => {
  it('resolves with the body of the answer, even if it says no', async () => {
    place.scripts.change_components = () => ['change_components', 'error', 'no such entity'];
    const answer = session.request('place', [
      'change_components',
      'entity-2',
      'add_or_change',
      {},
      'remove',
      [],
    ]);
    await place.time.advance(10);
    expect(await answer).toEqual(['change_components', 'error', 'no such entity']);
  });

  it('asks as the avatar, as another entity of ours, or as who it is told', async () => {
    void session.request('visitor', ['a']).catch(code);
    void session.request('visitor', ['b'], { from: 'lamp' }).catch(code);
    void session.request('visitor', ['c'], { from: 'someone' }).catch(code);
    await place.time.advance(10);
    expect(place.interactions.slice(-3).map(({ from }) => from)).toEqual(['avatar-1', 'entity-2', 'someone']);
  });

  it('cannot ask as an entity that is not in the place yet', async () => {
    session.entities.declare('orphan', {}, { parent: 'nobody' });
    await expect(session.request('visitor', ['a'], { from: 'orphan' })).rejects.toMatchObject({
      code: 'ALLO_E_NOT_JOINED',
    });
    expect(session.oneWay('visitor', ['a'], 'orphan')).toBe(false);
    expect(session.publish(['a'], 'orphan')).toBe(false);
  });

  it('matches answers by id and sender', async () => {
    const answer = session.request('visitor', ['how']).catch(code);
    await place.time.advance(10);
    const { requestId } = last();
    place.say({ kind: 'response', from: 'impostor', to: 'avatar-1', requestId, body: ['how', 'forged'] });
    place.say({ kind: 'response', from: 'visitor', to: 'another', requestId, body: ['how', 'astray'] });
    place.say({ kind: 'response', from: 'visitor', to: 'avatar-1', requestId: '1', body: ['how', 'other'] });
    place.say({ kind: 'response', from: 'visitor', to: 'avatar-1', requestId, body: ['how', 'well'] });
    place.say({ kind: 'response', from: 'visitor', to: 'avatar-1', requestId, body: ['how', 'twice'] });
    await place.time.advance(10);
    expect(await answer).toEqual(['how', 'well']);
    expect(session.counters.get('ALLO_E_INTERACTION_UNHEARD')).toBe(4);
  });

  it('takes the word of the place for an entity that is not there', async () => {
    const answer = session.request('nobody', ['how']);
    await place.time.advance(10);
    const { requestId } = last();
    place.say({ kind: 'response', from: 'place', to: '', requestId, body: ['error', 'invalid_recipient'] });
    await place.time.advance(10);
    expect(await answer).toEqual(['error', 'invalid_recipient']);
  });

  it.each([
    [undefined, 5_000],
    [200, 200],
  ])('gives up after a while: asked with timeout %s it is %i ms', async (timeout, ms) => {
    let verdict: string | undefined;
    void session
      .request('visitor', ['how'], timeout === undefined ? {} : { timeout })
      .catch((error: AlloError) => {
        verdict = error.code;
      });
    await place.time.advance(ms - 1);
    expect(verdict).toBeUndefined();
    await place.time.advance(1);
    expect(verdict).toBe('ALLO_E_REQUEST_TIMEOUT');
  });

  it('waits for a bounded number of answers at once', async () => {
    const verdicts = Array.from({ length: MOST_REQUESTS + 1 }, () =>
      session.request('v', ['how']).catch(code),
    );
    expect(await verdicts.at(-1)).toBe('ALLO_E_REQUEST_LIMIT');
    await place.time.advance(5_000);
    expect(new Set(await Promise.all(verdicts.slice(0, -1)))).toEqual(new Set(['ALLO_E_REQUEST_TIMEOUT']));
  });

  it('does not send what may not be sent', async () => {
    const before = place.received.length;
    const malformed = [] as unknown as Body;
    expect(await session.request('visitor', malformed).catch(code)).toBe('ALLO_E_REQUEST_UNSENDABLE');
    expect(session.oneWay('visitor', ['value', Number.NaN])).toBe(false);
    await place.time.advance(10);
    expect(place.received.length).toBe(before);
    expect(session.counters.get('ALLO_E_WIRE_BODY')).toBe(1);
    expect(session.counters.get('ALLO_E_WIRE_NUMBER')).toBe(1);
  });
});

describe('telling', () => {
  it('is one-way to somebody, or a publication to all', async () => {
    expect(session.oneWay('visitor', ['reading', 1], 'lamp')).toBe(true);
    expect(session.publish(['reading', 2], 'lamp')).toBe(true);
    await place.time.advance(10);
    expect(place.interactions.slice(-2)).toMatchObject([
      { kind: 'one-way', from: 'entity-2', to: 'visitor', requestId: '', body: ['reading', 1] },
      { kind: 'publication', from: 'entity-2', to: '', requestId: '', body: ['reading', 2] },
    ]);
  });
});

describe('being asked', () => {
  async function ask(body: Body, requestId = '9'): Promise<Interaction> {
    place.say({ kind: 'request', from: 'visitor', to: 'entity-2', requestId, body });
    await place.time.advance(10);
    return last();
  }

  it('is answered by the first handler that has an answer', async () => {
    session.onRequest(({ body }) => (body[0] === 'a' ? ['a', 'first'] : undefined));
    session.onRequest(async ({ body, to }) => [body[0], 'second', to]);
    expect(await ask(['a'])).toMatchObject({
      kind: 'response',
      from: 'entity-2',
      to: 'visitor',
      requestId: '9',
      body: ['a', 'first'],
    });
    expect((await ask(['b'])).body).toEqual(['b', 'second', 'entity-2']);
  });

  it('fails with a reason if nobody understands it', async () => {
    expect((await ask(['dance'])).body).toEqual(['dance', 'failed', 'nobody here understands this']);
  });

  it.each<[string, () => Promise<Body>]>([
    [
      'throws',
      () => {
        throw new Error('the relay is stuck');
      },
    ],
    ['rejects', () => Promise.reject(new Error('the relay is stuck'))],
  ])('fails with the reason if a handler %s', async (_how, handler) => {
    session.onRequest(handler);
    expect((await ask(['poke', true])).body).toEqual(['poke', 'failed', 'the relay is stuck']);
    expect(session.counters.get('ALLO_E_HANDLER_FAILED')).toBe(1);
  });

  it('is answered even if the answer cannot be sent', async () => {
    session.onRequest(() => ['value', Number.NaN]);
    expect((await ask(['read'])).body).toEqual(['read', 'failed', 'the answer cannot be sent']);
  });

  it('is refused at once where too much is being worked on', async () => {
    session.onRequest(() => new Promise(() => {}));
    for (let i = 0; i < MOST_INCOMING; i++)
      place.say({ kind: 'request', to: 'entity-2', requestId: `${i}`, body: ['ponder'] });
    await place.time.advance(10);
    expect((await ask(['ponder'])).body).toEqual([
      'ponder',
      'failed',
      'too many requests at once; ask again later',
    ]);
  });

  it('is not answered into another stay', async () => {
    const late = new Promise<Body>((resolve) => place.time.after(1_000, () => resolve(['ponder', 'done'])));
    session.onRequest(() => late);
    await ask(['ponder']);
    place.disconnect(0);
    await place.time.advance(2_000);
    expect(session.status.state).toBe('joined');
    expect(place.bodies('ponder')).toEqual([]);
  });

  it('stops when the handler is taken away', async () => {
    const stop = session.onRequest(() => ['yes']);
    stop();
    expect((await ask(['dance'])).body[1]).toBe('failed');
  });
});

describe('being told', () => {
  it('reaches the handlers of that kind, in both spellings and in the form of version 0', async () => {
    const heard: Body[] = [];
    session.onOneWay(({ body }) => void heard.push(body));
    session.onPublication(({ body }) => void heard.push(['published', ...body]));
    place.say({ kind: 'one-way', body: ['point-exit'] });
    place.say({ kind: 'publication', body: ['news'] });
    for (const packet of [
      '["interaction","oneway","v","entity-2","",["point",[0,0,0],[1,1,1]]]\n',
      '{"cmd":"interact","interact":{"from_entity":"v","to_entity":"entity-2","cmd":["wave"]}}\n',
    ])
      place.bytes(1, new TextEncoder().encode(packet));
    await place.time.advance(10);
    expect(heard).toEqual([['point-exit'], ['published', 'news'], ['point', [0, 0, 0], [1, 1, 1]], ['wave']]);
  });

  it('is counted where nobody listens, or a listener throws', async () => {
    session.onOneWay(() => {
      throw new Error('broken');
    });
    place.say({ kind: 'one-way', body: ['point-exit'] });
    place.say({ kind: 'publication', body: ['news'] });
    await place.time.advance(10);
    expect(session.counters.get('ALLO_E_HANDLER_FAILED')).toBe(1);
    expect(session.counters.get('ALLO_E_INTERACTION_UNHEARD')).toBe(1);
  });
});
