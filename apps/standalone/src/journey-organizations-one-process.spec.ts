import { journeysOfOrganizations } from '../fixtures/journeys-organizations';
import { inOneProcess } from '../fixtures/platforms';

jest.setTimeout(180_000);
journeysOfOrganizations('in one process', inOneProcess);
