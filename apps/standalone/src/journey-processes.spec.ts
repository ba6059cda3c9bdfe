import { journeys } from '../fixtures/journeys';
import { asProcesses } from '../fixtures/platforms';

jest.setTimeout(180_000);
journeys('as separate processes', asProcesses);
