import { journeysOfPlaces } from '../fixtures/journeys-places';
import { asProcesses } from '../fixtures/platforms';

jest.setTimeout(180_000);
journeysOfPlaces('as separate processes', asProcesses);
