import type { Edit } from '../diagnostic';
import { certainlyMeant, didYouMean } from './did-you-mean';
import { ifDropped } from './dropped-fields';
import type { Findings } from './findings';
import { type JsonObject, listed, quoted } from './json';
import {
  freePlaces,
  inGeneral,
  isTakenBelow,
  isWritten,
  type Level,
  type Place,
} from './placement';
import { nearestPlaces, placesOf } from './places';
import type { Schema } from './schema';

/** After so many unknown fields nothing is guessed any more: the file is something else altogether. */
const MOST_GUESSES = 500;

/** What is known of a value while it is walked through. */
export interface Surroundings {
  readonly root: Schema;
  readonly resolve: (schema: Schema) => Schema;
  /** The maps around the present one, and it itself: the innermost last. */
  readonly levels: readonly Level[];
  readonly findings: Findings;
  check(schema: Schema, value: unknown, path: string): void;
  /** Whether the value would be right there. */
  fits(schema: Schema, value: unknown, path: string): boolean;
  /** Whether the value is of the type that is wanted, or plainly written as another. */
  hasType(schema: Schema, value: unknown): boolean;
}

/** Tells of fields that nobody knows, and what was meant by them. */
export class UnknownFields {
  private guesses: number;

  /** @param isTrial whether only is asked if a value would be right, so that nothing is guessed */
  constructor(
    private readonly around: Surroundings,
    isTrial: boolean,
  ) {
    this.guesses = isTrial ? MOST_GUESSES : 0;
  }

  /** Answers which field was meant, if that is plain. */
  report(schema: Schema, object: JsonObject, name: string, place: string): string | undefined {
    this.guesses += 1;
    if (this.guesses > MOST_GUESSES) {
      if (schema['x-kubernetes-preserve-unknown-fields']) return undefined;
      this.around.findings.report('UnknownField', place, `unknown field ${quoted(name)}`);
      return undefined;
    }
    const near = didYouMean(name, Object.keys(schema.properties ?? {}));
    if (schema['x-kubernetes-preserve-unknown-fields']) {
      if (near) this.reportIneffective(name, near, place);
      return undefined;
    }
    return near
      ? this.reportMisspelt(schema, object, { name, near, place })
      : this.reportMisplaced(schema, object, name, place);
  }

  private reportIneffective(name: string, near: string, place: string): void {
    const message = `unknown field ${quoted(name)}; did you mean ${quoted(near)}?`;
    this.around.findings.report(
      'UnknownField',
      place,
      message,
      'as it stands it does nothing',
      'warning',
    );
  }

  private reportMisspelt(
    schema: Schema,
    object: JsonObject,
    { name, near, place }: { name: string; near: string; place: string },
  ): string | undefined {
    const property = schema.properties?.[near];
    const isFree = !isWritten(object, near, property && this.around.resolve(property));
    const isCertain =
      isFree &&
      property !== undefined &&
      onlyMeaning(near, schema, object) === name &&
      this.around.hasType(property, object[name]);
    const message = `unknown field ${quoted(name)}; did you mean ${quoted(near)}?`;
    const fix: Edit[] = isCertain ? [{ op: 'rename', path: place, to: near }] : [];
    this.around.findings.add({
      severity: 'error',
      code: 'UnknownField',
      message,
      path: place,
      ...(isCertain && { fix }),
    });
    if (isCertain) this.around.check(property, object[name], place);
    return isFree ? near : undefined;
  }

  private reportMisplaced(
    schema: Schema,
    object: JsonObject,
    name: string,
    place: string,
  ): undefined {
    if (this.isOfOtherAlternative(schema, name, place)) {
      return this.reportAlternative(schema.required!, name, place);
    }
    const to = this.onlyPlace(name, object[name]);
    const where = to ? [inGeneral(to.path)] : this.nearestPlaces(name, place);
    const dropped = this.placesOf(name).length > 0 ? ifDropped(name) : undefined;
    const hint = where.length === 0 ? knownFields(schema) : `it belongs at ${listed(where, 'or')}`;
    this.around.findings.add({
      severity: 'error',
      code: 'UnknownField',
      message: `unknown field ${quoted(name)}`,
      path: place,
      ...(hint && { hint: dropped ? `${hint}; where it is dropped instead, ${dropped}` : hint }),
      ...(to && { fix: [{ op: 'move', path: place, to: to.path }] }),
    });
    return undefined;
  }

  /** Whether the field would be known here if what is required of this alternative were not written. */
  private isOfOtherAlternative({ required }: Schema, name: string, place: string): boolean {
    if (!required) return false;
    return this.placesOf(name).includes(inGeneral(place));
  }

  private reportAlternative(required: readonly string[], name: string, place: string): undefined {
    const message = `${quoted(name)} and ${listed(required)} exclude each other; keep one of them`;
    this.around.findings.report('Forbidden', place, message);
  }

  /** The one place further out or in that is free and where the value is right as it is. */
  private onlyPlace(name: string, value: unknown): Place | undefined {
    const fitting = freePlaces(name, this.around.levels, this.around.resolve).filter(
      ({ schema, path }) => this.around.fits(schema, value, path),
    );
    return fitting.length === 1 ? fitting[0] : undefined;
  }

  private placesOf(name: string): readonly string[] {
    return placesOf(this.around.root, this.around.resolve, name);
  }

  private nearestPlaces(name: string, place: string): readonly string[] {
    const places = nearestPlaces(place, this.placesOf(name));
    const innermost = this.around.levels[this.around.levels.length - 1];
    const free = places.filter((path) => !innermost || !isTakenBelow(innermost, path));
    return free.length <= 3 ? free : [];
  }
}

/** More fields than any map of a statement has: what is meant by them is anybody's guess. */
const MOST_FIELDS = 60;

/** The one unknown field of a map that certainly means this one. */
function onlyMeaning(meant: string, schema: Schema, object: JsonObject): string | undefined {
  const names = Object.keys(object);
  const known = Object.keys(schema.properties ?? {});
  if (names.length > MOST_FIELDS) return undefined;
  const meaning = names.filter(
    (name) => !known.includes(name) && certainlyMeant(name, known) === meant,
  );
  return meaning.length === 1 ? meaning[0] : undefined;
}

function knownFields(schema: Schema): string | undefined {
  const known = Object.entries(schema.properties ?? {})
    .filter(([, { experimental }]) => !experimental)
    .map(([name]) => name);
  if (known.length === 0) return 'no fields are known here';
  return known.length > 20 ? undefined : `the fields known here are ${listed(known)}`;
}
