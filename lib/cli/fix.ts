import type { Diagnostic } from '../diagnostic';
import { type Judge, type Judged, type Judgement, type JudgeOptions, judge } from './fix-judge';
import { fixLayout } from './fix-layout';
import { editYaml, type PlacedEdits } from './yaml-edit';

export interface Fixed {
  readonly text: string;
  /** The findings that were repaired, in the order in which that happened. */
  readonly repaired: readonly Diagnostic[];
}

/** What one repair uncovers is repaired in the next round; more rounds than this find nothing new. */
const MOST_ROUNDS = 10;
/** So often a text is judged again at the most, and a large one so much of it. */
const MOST_JUDGEMENTS = 60;
const MOST_CHARACTERS = 2 * 1024 * 1024;
const FEWEST_JUDGEMENTS = 4;

/**
 * Repairs what is certain in a file of manifests or a standalone file, and judges the result again: what does not make
 * it better is taken back. Everything else stays byte for byte.
 */
export function fixText(text: string, options: JudgeOptions): Fixed {
  return new Fixer(text, (changed) => judge(changed, options)).fix();
}

interface Repair extends PlacedEdits {
  readonly finding: Diagnostic;
}

class Fixer {
  readonly #repaired: Diagnostic[] = [];
  readonly #refused = new Set<string>();
  #judgement: Judgement;
  readonly #most: number;
  #judgements = 1;

  constructor(
    private text: string,
    private readonly judge: Judge,
  ) {
    this.#judgement = judge(text);
    const affordable = Math.floor(MOST_CHARACTERS / Math.max(1, text.length));
    this.#most = Math.min(MOST_JUDGEMENTS, Math.max(FEWEST_JUDGEMENTS, affordable));
  }

  fix(): Fixed {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const repairs = this.#repairs();
      if (this.#attempt(repairs) || this.#attemptEach(repairs)) continue;
      if (!this.#layOut()) break;
    }
    return { text: this.text, repaired: this.#repaired };
  }

  /** What is about a whole object comes first: what else is found depends on it. */
  #repairs(): Repair[] {
    const repairs = this.#judgement.findings
      .flatMap(repairOf)
      .filter((repair) => !this.#refused.has(identity(repair.finding)));
    const kinds = repairs.filter(({ finding }) => finding.code === 'UnknownKind');
    return kinds.length > 0 ? kinds : repairs;
  }

  #attempt(repairs: readonly Repair[]): boolean {
    if (repairs.length === 0 || this.#judgements >= this.#most) return false;
    const { text, done } = editYaml(this.#judgement.source, repairs);
    if (done.length === 0) {
      for (const { finding } of repairs) this.#refused.add(identity(finding));
      return false;
    }
    this.#judgements += 1;
    const judgement = this.judge(text);
    const findings = done.map(({ finding }) => finding);
    if (!isBetter(this.#judgement, judgement, findings)) return false;
    this.text = text;
    this.#judgement = judgement;
    this.#repaired.push(...findings);
    return true;
  }

  /** Where all together make it worse, one of them may be to blame. */
  #attemptEach(repairs: readonly Repair[]): boolean {
    if (repairs.length === 0) return false;
    if (repairs.length === 1) {
      this.#refused.add(identity(repairs[0]!.finding));
      return this.#repairs().length > 0;
    }
    const wanted = new Set(repairs.map(({ finding }) => identity(finding)));
    let isAnyDone = false;
    for (const one of wanted) {
      const repair = this.#repairs().find(({ finding }) => identity(finding) === one);
      if (!repair) continue;
      if (this.#attempt([repair])) isAnyDone = true;
      else this.#refused.add(one);
      if (this.#judgements >= this.#most) break;
    }
    return isAnyDone;
  }

  #layOut(): boolean {
    if (!all(this.#judgement).some(isError)) return false;
    const text = fixLayout(this.text, this.judge);
    if (text === this.text) return false;
    const judgement = this.judge(text);
    const left = new Set(all(judgement).map(identity));
    const findings = all(this.#judgement).filter((finding) => !left.has(identity(finding)));
    if (findings.length === 0) return false;
    this.text = text;
    this.#judgement = judgement;
    this.#repaired.push(...findings);
    return true;
  }
}

function all({ syntax, findings }: Judgement): Diagnostic[] {
  return [...syntax, ...findings.map(({ finding }) => finding)];
}

function repairOf({ finding, document, at }: Judged): Repair[] {
  return finding.fix ? [{ finding, document, at, edits: finding.fix }] : [];
}

function identity({ code, path, object, message }: Diagnostic): string {
  return JSON.stringify([code, path, object, message]);
}

/**
 * Fewer errors than before; or as many, and what was repaired is found no more. An object whose kind is known at last is
 * judged for the first time: its other errors are no worse than none known.
 */
function isBetter(before: Judgement, after: Judgement, repaired: readonly Diagnostic[]): boolean {
  if (after.syntax.length > before.syntax.length) return false;
  const left = new Set(after.findings.map(({ finding }) => identity(finding)));
  if (repaired.some((finding) => left.has(identity(finding)))) return false;
  const isOfKinds = repaired.every(({ code }) => code === 'UnknownKind');
  return isOfKinds || errorsIn(after) <= errorsIn(before) - (repaired.some(isError) ? 1 : 0);
}

function errorsIn({ findings }: Judgement): number {
  return findings.filter(({ finding }) => isError(finding)).length;
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}
