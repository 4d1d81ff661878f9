import { IntentsController } from './intents.controller';
import { ReleasesController } from './releases.controller';
import { RepeatRelease } from './repeat-release';
import { RepeatsController } from './repeats.controller';

/** What is asked about releases, and of them. */
export const releaseControllers = [ReleasesController, IntentsController, RepeatsController];
export const releaseProviders = [RepeatRelease];
