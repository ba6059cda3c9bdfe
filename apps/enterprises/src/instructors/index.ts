export { Instructor, InstructorAssignment, type AssignmentState, type InstructorKind } from './instructors.entities';
export { followAssignments } from './instructors.followers';
