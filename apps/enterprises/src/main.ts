import { serve } from '@jishi/subgraph';
import { enterprises } from './service';

// The API process of enterprises.
void serve(enterprises);
