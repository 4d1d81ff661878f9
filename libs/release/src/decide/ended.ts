import type { Decision, EndedState } from '../state';
import { refuseAny } from './intents';

/** Nothing comes after the end, but somebody who asked for something meanwhile is answered. */
export const ended = (state: EndedState): Decision | undefined =>
  refuseAny(state, 'too_late', `the release has ended (${state.status})`, 'AbortRequested', 'PromotionRequested', 'PauseRequested', 'ResumeRequested');
