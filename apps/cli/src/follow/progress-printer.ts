import { evolve, familyOf, initialState, toRecorded, type Recorded, type State } from '@alloy/release';
import { releaseIdOf, type StoredEvent } from '@alloy/contracts';
import { printable } from '../output/printable';
import type { LogSections } from './log-sections';
import { progressSentence, stageWeight } from './progress-sentences';
import { stageName } from './stage-name';

export interface ProgressOptions {
  /** Writes one line. */
  readonly write: (line: string) => void;
  /** Line for an event; default: a progress line, and none for most events. */
  readonly lineOf?: ((event: StoredEvent) => string) | undefined;
  /** Default: no sections. */
  readonly sections?: LogSections | undefined;
}

/** Minimum interval in ms, by the events' times, of lines about pods that become ready one by one. */
const PODS_EVERY_MS = 30_000;

/** Prints a release's progress from its events in order, with one section per stage of a canary. */
export class ProgressPrinter {
  private state: State | undefined;
  private section: string | undefined;
  private lastAt = '';

  constructor(private readonly options: ProgressOptions) {}

  print(event: StoredEvent): void {
    // This version does not know the event type of a newer server.
    const recorded = Object.hasOwn(familyOf, event.type) ? toRecorded(event) : undefined;
    const before =
      this.state ??
      initialState({ releaseId: releaseIdOf(event.stream) ?? event.stream, project: event.project, environment: event.environment });
    const after = recorded ? evolve(before, recorded) : before;
    this.state = after;
    const section = sectionOf(after);
    if (section !== this.section) this.close(event.occurredAt);
    const line = this.options.lineOf ? this.options.lineOf(event) : recorded && this.sentence(recorded, before, after);
    if (line !== undefined) this.options.write(line);
    if (line !== undefined || section !== this.section) this.lastAt = event.occurredAt;
    this.open(section, event.occurredAt);
  }

  /** Ends the open section, so that later lines are outside. */
  close(at = this.lastAt): void {
    if (this.section !== undefined && this.options.sections) this.options.write(this.options.sections.end(at));
    this.section = undefined;
  }

  private open(section: string | undefined, at: string): void {
    if (section !== undefined && section !== this.section && this.options.sections)
      this.options.write(this.options.sections.begin(section, at));
    this.section = section;
  }

  private sentence(event: Recorded, before: State, after: State): string | undefined {
    if (event.type === 'WorkloadProgressed' && Date.parse(event.occurredAt) - Date.parse(this.lastAt) < PODS_EVERY_MS) return undefined;
    const sentence = progressSentence(event, before, after);
    return sentence && printable(sentence);
  }
}

/** Section title of a state, such as `canary 17 %`. A paused release is outside of sections. */
function sectionOf(state: State): string | undefined {
  if (state.status !== 'releasing') return undefined;
  const weight = stageWeight(state.plan, state.current?.ref.step ?? state.done);
  return weight === undefined ? undefined : stageName(state.plan, weight);
}
