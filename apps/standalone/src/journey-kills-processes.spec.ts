import { journeysUnderKills } from '../fixtures/journeys-under-kills';
import { asProcesses } from '../fixtures/platforms';

jest.setTimeout(360_000);
journeysUnderKills('as separate processes', asProcesses);
