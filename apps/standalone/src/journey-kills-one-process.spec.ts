import { journeysUnderKills } from '../fixtures/journeys-under-kills';
import { inOneProcess } from '../fixtures/platforms';

jest.setTimeout(360_000);
journeysUnderKills('in one process', inOneProcess);
