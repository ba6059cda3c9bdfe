export { acknowledgedBy, erasures, type Acknowledger } from './erasures';
export { erasedText, type Holding } from './erase';
export { tablesNamingPersons, tracesOf, type Query, type Trace } from './traces';
