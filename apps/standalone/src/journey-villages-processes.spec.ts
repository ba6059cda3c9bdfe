import { journeysOfVillages } from '../fixtures/journeys-villages';
import { asProcesses } from '../fixtures/platforms';

jest.setTimeout(180_000);
journeysOfVillages('as separate processes', asProcesses);
