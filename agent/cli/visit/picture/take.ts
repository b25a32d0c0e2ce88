import type { Counters } from '../../../counters.ts';
import { AlloError } from '../../../errors.ts';
import { sleep } from '../../../place/sleep.ts';
import type { VisitContext } from '../context.ts';
import type { Root } from '../survey.ts';
import { printable } from '../value.ts';
import type { Visitor } from '../visitor.ts';
import { writeWholeFile } from '../whole-file.ts';
import { draw } from './drawing.ts';
import { figureOf, type LeftOut } from './figure.ts';
import { grown } from './growth.ts';
import type { PictureOptions } from './options.ts';
import { findSubject, isComplete } from './subject.ts';

/** Values that do not come are waited for no longer than this, ms. */
const patience = 3_000;

/** Once the last value came, what shows it may follow so much later, ms: appliances tell a row's changes twice a second. */
const afterglow = 600;

/** How each reason is told, of one and of several. */
const reasons: Readonly<Record<LeftOut, readonly [one: string, several: string]>> = {
  excess: ['thing beyond what is drawn at most', 'things beyond what is drawn at most'],
  far: ['thing more than 5 m away', 'things more than 5 m away'],
  glyph: ['character that visors have no glyph of', 'characters that visors have no glyph of'],
  malformed: ['thing that makes no sense', 'things that make no sense'],
  model: ['3D model', '3D models'],
  texture: ['texture', 'textures'],
};

/** Draws what stands in the place, as a visor would, from its front, into a file. */
export async function takePicture(
  { output, time, signal }: VisitContext,
  visitor: Visitor,
  { picture: path, of, json }: PictureOptions,
): Promise<void> {
  const subject = await visitor.find((survey) => findSubject(survey, of));
  const { terminal } = output;
  if (!json) terminal?.write('waiting until all of it is there');
  let whole: boolean;
  try {
    whole = await grown(visitor, subject);
    if (!isComplete(visitor.survey, subject)) {
      await values(visitor, subject);
      await sleep(time, afterglow, signal);
    }
  } finally {
    if (!json) terminal?.write('\r\x1b[K');
  }
  const figure = figureOf(subject.entityId, visitor.session.world.entities);
  const name = printable(subject.name);
  const drawing = draw(figure, name);
  if (!drawing)
    throw new AlloError(
      'ALLO_E_VISIT_PICTURE',
      `${name} has nothing to draw${told(', but ', figure.leftOut)}`,
    );
  const { svg, width, height } = drawing;
  // What draws is loaded only where something is to be drawn.
  const bytes = /\.svg$/i.test(path) ? svg : await (await import('./png.ts')).toPng(svg);
  await writeWholeFile(path, (file) => file.writeFile(bytes));
  if (json) {
    const left_out = Object.fromEntries(figure.leftOut.entries());
    output.line(
      JSON.stringify({
        name: subject.name,
        entity: subject.entityId,
        file: path,
        width,
        height,
        whole,
        left_out,
      }),
    );
    return;
  }
  const notDrawn = told('; not drawn: ', figure.leftOut);
  const half = whole ? '' : '; more of it was still being added';
  output.line(`${name}, ${width} × ${height} pixels, in ${path}${notDrawn}${half}`);
}

/** Waits until every row has a value, but not for ever: some never get one. */
async function values(visitor: Visitor, subject: Root): Promise<void> {
  const complete = visitor.until('not every property has a value', patience, (seen) => {
    if (isComplete(visitor.survey, subject)) seen(undefined);
  });
  await complete.catch((error: unknown) => {
    if (visitor.signal.aborted) throw error;
  });
}

function told(before: string, leftOut: Counters<LeftOut>): string {
  const parts = leftOut
    .entries()
    .map(([reason, count]) => `${count} ${reasons[reason][count === 1 ? 0 : 1]}`);
  return parts.length > 0 ? `${before}${parts.join(', ')}` : '';
}
