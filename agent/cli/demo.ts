import { Command } from 'commander';
import { dialEnet } from '../connection/enet.ts';
import { Logging } from '../service/log.ts';
import { systemTime } from '../time/system-time.ts';
import { type DialectName, dialects } from '../wire/dialect.ts';
import { composeDaemon } from './daemon.ts';
import { Audience } from './demo/audience.ts';
import { readKeys } from './demo/keys.ts';
import { Programme } from './demo/programme.ts';
import { Screen } from './demo/screen.ts';
import { Stage } from './demo/stage.ts';
import { Verification } from './demo/verification.ts';
import { drawScene } from './demo/view.ts';
import { exitStatus } from './exit-status.ts';
import { aborted, interruption } from './interruption.ts';
import { placeDialectOption } from './place-dialect.ts';
import { forOption } from './visit/context.ts';
import { Visitor } from './visit/visitor.ts';

/** How often the screen is drawn and progress looked for, ms. */
const tick = 200;
/** How long the visitor waits for the place, and for each answer, ms. */
const patience = 60_000;
/** Lines of what happened that stay on the screen. */
const newsKept = 5;

/** Kinds of places in which there is something to be seen. */
const rich = Object.values(dialects)
  .filter(({ spawns }) => spawns)
  .map(({ name }) => name);

export const demoCommand = new Command('demo')
  .summary('show everything on this machine, nothing needed')
  .description(
    'Runs a small place, the agent with virtual hardware, and a visitor who sees, hears and switches it through ' +
      'the place. Keys 1 to 9 switch an output, q ends.',
  )
  .addOption(forOption('end by itself, print what was verified, and fail unless all of it was'))
  .addOption(placeDialectOption().choices(rich))
  .action(async ({ for: duration, dialect }: { for?: number; dialect: DialectName }) => {
    process.exitCode = await demo(dialect, duration);
  });

interface Performance {
  /** The kind of place it happens in. */
  readonly dialect: DialectName;
  /** ms; undefined for as long as somebody watches. */
  readonly duration: number | undefined;
  /** Aborts when the demo is over. */
  readonly curtain: AbortController;
  readonly verification: Verification;
  /** What ends each part, in the order the parts began. */
  readonly closing: (() => unknown)[];
}

async function demo(dialect: DialectName, duration: number | undefined): Promise<number> {
  const curtain = new AbortController();
  const verification = new Verification();
  const closing: Performance['closing'] = [];
  try {
    await perform({ dialect, duration, curtain, verification, closing });
  } catch (error) {
    // What was under way when the time was up did not fail: the report says what was not seen.
    if (!curtain.signal.aborted) throw error;
  } finally {
    for (const close of closing.reverse()) await close();
  }
  console.log(`\n${verification.report()}`);
  return duration === undefined || verification.complete ? exitStatus.done : exitStatus.failed;
}

async function perform({ dialect, duration, curtain, verification, closing }: Performance): Promise<void> {
  const end = () => curtain.abort();
  interruption('SIGHUP').addEventListener('abort', end);

  const terminal = process.stdout.isTTY ? process.stdout : undefined;
  const news: string[] = [];
  const tell = (line: string) => {
    news.push(line);
    if (terminal) news.splice(0, news.length - newsKept);
    else console.log(line);
  };

  const stage = await Stage.set(dialect, tell);
  closing.push(() => stage.strike());
  const sink = { write: tell, flush: (done: () => void) => done() };
  const logging = new Logging({ level: 'warn', format: 'text', sink, time: systemTime });
  closing.push(() => logging.flush(() => {}));
  const daemon = await composeDaemon(stage.config, logging.log, systemTime);
  closing.push(() => daemon.stop());
  await daemon.start();
  const visitor = await Visitor.arrive(
    {
      url: stage.url,
      dial: dialEnet,
      dialect: dialects[dialect],
      time: systemTime,
      output: { line: tell, warn: tell },
      signal: curtain.signal,
    },
    patience,
  );
  closing.push(() => visitor.leave());
  const audience = await Audience.enter(visitor);
  closing.push(() => audience.leave());

  // The show is as long as was asked for, however long a slow machine takes to set the stage.
  if (duration !== undefined) closing.push(systemTime.after(duration, end));
  const endsAt = duration === undefined ? undefined : systemTime.now() + duration;
  const programme = new Programme({ visitor, audience, session: daemon.session, verification, tell });
  const screen = terminal && new Screen(terminal);
  closing.push(() => screen?.close());
  const draw = () => {
    programme.advance();
    const scene = programme.scene(stage.soundSource);
    screen?.draw(drawScene({ ...scene, place: stage.url, news, secondsLeft: secondsUntil(endsAt) }));
  };
  const drawing = setInterval(draw, tick);
  closing.push(() => clearInterval(drawing));
  closing.push(readKeys(process.stdin, { quit: end, digit: (number) => programme.switchOver(number) }));

  await aborted(curtain.signal);
  draw();
}

function secondsUntil(endsAt: number | undefined): number | undefined {
  return endsAt === undefined ? undefined : Math.max(0, endsAt - systemTime.now()) / 1e3;
}
