import { journeysOfPlaces } from '../fixtures/journeys-places';
import { inOneProcess } from '../fixtures/platforms';

jest.setTimeout(180_000);
journeysOfPlaces('in one process', inOneProcess);
