import { IntentsController } from './intents.controller';
import { NewReleasesController } from './new-releases.controller';
import { ReleasesController } from './releases.controller';
import { RepeatRelease } from './repeat-release';
import { RepeatsController } from './repeats.controller';

/** What is asked about releases, and of them. */
export const releaseControllers = [ReleasesController, NewReleasesController, IntentsController, RepeatsController];
export const releaseProviders = [RepeatRelease];
