import { Command } from 'commander';
import { dialEnet } from '../connection/enet.ts';
import { Logging } from '../service/log.ts';
import { systemTime } from '../time/system-time.ts';
import { composeDaemon } from './daemon.ts';
import { Audience } from './demo/audience.ts';
import { readKeys } from './demo/keys.ts';
import { Programme } from './demo/programme.ts';
import { Screen } from './demo/screen.ts';
import { Stage } from './demo/stage.ts';
import { drawScene } from './demo/view.ts';
import { exitStatus } from './exit-status.ts';
import { aborted, interruption } from './interruption.ts';
import { forOption } from './visit/context.ts';
import { Visitor } from './visit/visitor.ts';

/** How often the screen is drawn and progress looked for, ms. */
const tick = 200;
/** How long the visitor waits for the place, and for each answer, ms. */
const patience = 5_000;
/** Lines of what happened that stay on the screen. */
const newsKept = 5;

export const demoCommand = new Command('demo')
  .summary('show everything on this machine, nothing needed')
  .description(
    'Runs a small place, the agent with virtual hardware, and a visitor who sees, hears and switches it through ' +
      'the place. Keys 1 to 9 switch an output, q ends.',
  )
  .addOption(forOption('end by itself, print what was verified, and fail unless all of it was'))
  .action(async ({ for: duration }: { for?: number }) => {
    process.exitCode = await demo(duration);
  });

async function demo(duration: number | undefined): Promise<number> {
  const terminal = process.stdout.isTTY ? process.stdout : undefined;
  const news: string[] = [];
  const tell = (line: string) => {
    news.push(line);
    if (terminal) news.splice(0, news.length - newsKept);
    else console.log(line);
  };
  const curtain = new AbortController();
  const ended = aborted(interruption(), curtain.signal);
  if (duration !== undefined) systemTime.after(duration, () => curtain.abort());
  const endsAt = duration === undefined ? undefined : systemTime.now() + duration;

  const stage = await Stage.set(tell);
  const logging = new Logging({
    level: 'warn',
    format: 'text',
    sink: { write: tell, flush() {} },
    time: systemTime,
  });
  const daemon = await composeDaemon(stage.config, logging.log, systemTime);
  await daemon.start();
  const output = { line: tell };
  const visitor = await Visitor.arrive(
    { url: stage.url, dial: dialEnet, time: systemTime, output, signal: curtain.signal },
    patience,
  );
  const audience = await Audience.enter(visitor);
  const programme = new Programme({ visitor, audience, session: daemon.session, tell });

  const screen = terminal && new Screen(terminal);
  const draw = () => {
    programme.advance();
    screen?.draw(
      drawScene({
        ...programme.scene(stage.soundSource),
        place: stage.url,
        news,
        secondsLeft: secondsUntil(endsAt),
      }),
    );
  };
  const drawing = setInterval(draw, tick);
  const stopKeys = readKeys(process.stdin, {
    quit: () => curtain.abort(),
    digit: (number) => programme.switchOver(number),
  });

  await ended;
  clearInterval(drawing);
  stopKeys();
  draw();
  screen?.close();
  audience.leave();
  await visitor.leave();
  await daemon.stop();
  await stage.strike();
  console.log(`\n${programme.verification.report()}`);
  return duration === undefined || programme.verification.complete ? exitStatus.done : exitStatus.failed;
}

function secondsUntil(endsAt: number | undefined): number | undefined {
  return endsAt === undefined ? undefined : Math.max(0, endsAt - systemTime.now()) / 1e3;
}
