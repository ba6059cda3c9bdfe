import { journeysOfOrganizations } from '../fixtures/journeys-organizations';
import { asProcesses } from '../fixtures/platforms';

jest.setTimeout(180_000);
journeysOfOrganizations('as separate processes', asProcesses);
