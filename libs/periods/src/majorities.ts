/** 超过半数: strictly more than half, in whole numbers (rule 0.8). */
export const moreThanHalf = (x: number, n: number): boolean => 2 * x > n;

/** 三分之二以上: two thirds or more; 以上 includes the number (rule 0.4). */
export const twoThirds = (x: number, n: number): boolean => 3 * x >= 2 * n;

/** 五分之四: four fifths or more, the quorum of an election (rule 0.8). */
export const fourFifths = (x: number, n: number): boolean => 5 * x >= 4 * n;
