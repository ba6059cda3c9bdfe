export { system, type About, type Guard, type Offer, type Step, type Steps, type Taken, type Who } from './step';
export { lifecycle, type Lifecycle, type May } from './lifecycle';
