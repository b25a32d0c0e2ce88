import fc from 'fast-check';
import { deed, nothing } from './deed.ts';
import type { Value } from './lethal.ts';
import { range, saidByOthers } from './odd-values.ts';
import type { Mood } from './strict-place.ts';

const anybody = fc.constantFrom('$lamp', '$soil', '$avatar', 'visitor', 'hat', 'nobody');
const letters = fc.constantFrom(
  (parent: string) => ({ relationships: { parent } }),
  (parent: string) => ({ Relationships: { Parent: parent } }),
);

/** What an answer consists of beside its name, without naming anything that was given. */
const oddAnswer = fc.constantFrom<readonly Value[]>(
  [],
  [null],
  [5],
  [''],
  [{}],
  ['failed'],
  ['error', null],
  ['ok'],
  ['ok', '7'],
  ['ok', 2 ** 33],
);

/** None is newer than what the place says, and none can be understood that says anything. */
const oddState = fc.constantFrom<Value>(
  null,
  [],
  {},
  'state',
  { patch_style: 'set', entities: {}, revision: 0 },
  { patch_style: 'set', entities: { avatar: null, hat: 5 }, revision: 1 },
  { patch_style: 'merge', patch_from: 999_999, entities: { visitor: null }, revision: 1_000_000 },
  { patch_style: 'apply', patch_from: 1, patches: [{ op: 'remove', path: '/nothing' }], revision: 1_000_000 },
  { patch_style: 'apply', patch_from: 1, patches: 'all', revision: 1_000_000 },
  { entities: 'all', revision: -1 },
  { entities: {}, revision: 2 ** 60 },
);

/** What the place, and others in it, do. */
export const events = [
  {
    weight: 2,
    arbitrary: deed(
      'mood',
      fc.constantFrom<Mood>('yes', 'no', 'silent'),
      (_s, mood, p) => (p.mood = () => mood),
    ),
  },
  {
    weight: 1,
    arbitrary: deed('disconnect', fc.constantFrom(0, 1003, 1005), (_s, code, p) => p.disconnect(code)),
  },
  {
    weight: 3,
    arbitrary: deed(
      'is asked',
      fc.tuple(fc.constantFrom('visitor', 'place', ''), saidByOthers),
      (_s, [from, said], p) => p.say('request', from, said, 'q'),
    ),
  },
  {
    weight: 2,
    arbitrary: deed(
      'is asked for an asset',
      fc.tuple(range, fc.nat({ max: 99 }), fc.nat({ max: 2 ** 22 })),
      (_s, [id, start, length], p) => p.want(id, start, length),
    ),
  },
  {
    weight: 2,
    arbitrary: deed(
      'is told',
      fc.tuple(fc.constantFrom('one-way', 'publication', 'oneway'), saidByOthers),
      (_s, [kind, said], p) => p.say(kind, 'visitor', said),
    ),
  },
  {
    weight: 5,
    arbitrary: deed(
      'others remove',
      fc.constantFrom('$lamp', '$soil', '$avatar', 'visitor', 'hat'),
      (_s, id, p) => p.befall((scene) => void scene.take(id)),
      true,
    ),
  },
  {
    weight: 5,
    arbitrary: deed(
      'others hang',
      fc.tuple(fc.constantFrom('visitor', 'hat', '$lamp', '$soil', '$avatar'), anybody, letters),
      (_s, [id, parent, relationships], p) =>
        p.befall((scene) => {
          // A ring of their own making is none of ours.
          if (scene.tree(id).includes(parent)) return;
          if (!scene.things.has(id)) scene.put(id, {}, false);
          scene.write(id, relationships(parent), []);
        }),
      true,
    ),
  },
  { weight: 2, arbitrary: deed('is answered at last', nothing, (_s, _n, p) => p.answerAll()) },
  {
    weight: 2,
    arbitrary: deed('is answered oddly', oddAnswer, (_s, odd, p) => p.babble(odd)),
  },
  {
    weight: 2,
    arbitrary: deed('odd state', oddState, (_s, state, p) => p.send('state', state, false)),
  },
  {
    weight: 1,
    arbitrary: deed('many states', fc.constantFrom(2 ** 31 - 2, 2 ** 31 + 5), (_s, n, p) => p.skipTo(n)),
  },
  { weight: 6, arbitrary: deed('time', fc.nat({ max: 1_500 }), (_s, ms, p) => p.time.advance(ms), true) },
];
