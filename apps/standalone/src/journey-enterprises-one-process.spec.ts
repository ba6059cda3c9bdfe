import { journeysOfEnterprises } from '../fixtures/journeys-enterprises';
import { inOneProcess } from '../fixtures/platforms';

jest.setTimeout(180_000);
journeysOfEnterprises('in one process', inOneProcess);
