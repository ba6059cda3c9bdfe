import { serve } from '@jishi/subgraph';
import { organizations } from './service';

// The API process of organizations.
void serve(organizations);
