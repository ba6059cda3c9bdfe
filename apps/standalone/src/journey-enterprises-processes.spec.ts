import { journeysOfEnterprises } from '../fixtures/journeys-enterprises';
import { asProcesses } from '../fixtures/platforms';

jest.setTimeout(180_000);
journeysOfEnterprises('as separate processes', asProcesses);
