import { journeysOfOrganizations } from '../fixtures/journeys-organizations';
import { asProcessesOnKafka } from '../fixtures/platforms';

jest.setTimeout(180_000);
journeysOfOrganizations('as separate processes over Kafka', asProcessesOnKafka);
