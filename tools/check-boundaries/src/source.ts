import ts from 'typescript';

export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** Leaves nothing behind at run time: `import type`, or only types within the braces. */
  readonly typeOnly: boolean;
}

/** What the rules want to know of one TypeScript file. */
export interface Source {
  readonly imports: readonly Import[];
  /** Lines that read or write `process.env`. */
  readonly environment: readonly number[];
  /** Lines that ask the clock or chance: `new Date()`, `Date.now()`, `Math.random()`. */
  readonly clock: readonly number[];
  /** Uses of `.unscoped`, and whether a comment says why: beside it or earlier in its function. */
  readonly unscoped: readonly { readonly line: number; readonly explained: boolean }[];
}

const isTypeOnly = (clause: ts.ImportClause | undefined): boolean => {
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const names = clause.namedBindings;
  return (
    !clause.name &&
    !!names &&
    ts.isNamedImports(names) &&
    names.elements.length > 0 &&
    names.elements.every((n) => n.isTypeOnly)
  );
};

const reads = (node: ts.Node, object: string, property: string) =>
  ts.isPropertyAccessExpression(node) &&
  ts.isIdentifier(node.expression) &&
  node.expression.text === object &&
  node.name.text === property;

/** Parses a file; nothing is resolved or type-checked, so a whole repository takes a second. */
export function readSource(path: string, text: string): Source {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const lines = text.split('\n');
  const imports: Import[] = [];
  const environment: number[] = [];
  const clock: number[] = [];
  const unscoped: { line: number; explained: boolean }[] = [];
  const lineOf = (node: ts.Node) => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
  const declarationAround = (node: ts.Node): ts.Node =>
    ts.isSourceFile(node.parent) ? node : declarationAround(node.parent);
  const functionAround = (node: ts.Node): ts.Node | undefined =>
    ts.isSourceFile(node) ? undefined : (functionAround(node.parent) ?? (ts.isFunctionLike(node) ? node : undefined));
  /**
   * On its line, on the line before, or earlier in the body of its function, where one reason may stand for several uses. A
   * function of a few lines is explained by what stands above it.
   */
  const isExplained = (node: ts.Node, line: number) => {
    const around = functionAround(node);
    for (let at = around ? lineOf(around) + 1 : line; at <= line; at++) if (hasComment(at)) return true;
    const declaration = declarationAround(node);
    const short = file.getLineAndCharacterOfPosition(declaration.getEnd()).line + 1 - lineOf(declaration) < 8;
    return hasComment(line - 1) || (short && hasComment(lineOf(declaration) - 1));
  };
  const hasComment = (line: number) => /\/\/|\/\*|^\s*\*/.test(lines[line - 1] ?? '');

  const add = (node: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (specifier && ts.isStringLiteralLike(specifier))
      imports.push({ specifier: specifier.text, line: lineOf(node), typeOnly });
  };

  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, isTypeOnly(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node, node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference))
      add(node, node.moduleReference.expression, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node, node.argument.literal, true);
    else if (ts.isCallExpression(node)) {
      const callee = node.expression;
      const loads =
        callee.kind === ts.SyntaxKind.ImportKeyword ||
        (ts.isIdentifier(callee) && callee.text === 'require') ||
        reads(callee, 'require', 'resolve');
      if (loads) add(node, node.arguments[0], false);
      if (reads(callee, 'Date', 'now') || reads(callee, 'Math', 'random')) clock.push(lineOf(node));
      if (ts.isIdentifier(callee) && callee.text === 'Date') clock.push(lineOf(node));
    } else if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'Date') {
      if (!node.arguments?.length) clock.push(lineOf(node));
    } else if (ts.isPropertyAccessExpression(node) && node.name.text === 'unscoped') {
      const line = file.getLineAndCharacterOfPosition(node.name.getStart(file)).line + 1;
      unscoped.push({ line, explained: isExplained(node, line) });
    } else if (ts.isBindingElement(node) && (node.propertyName ?? node.name).getText(file) === 'unscoped') {
      unscoped.push({ line: lineOf(node), explained: isExplained(node, lineOf(node)) });
    }
    if (
      reads(node, 'process', 'env') ||
      (ts.isBindingElement(node) && node.getText(file) === 'env' && isFromProcess(node))
    )
      environment.push(lineOf(node));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { imports, environment, clock, unscoped };
}

/** `const { env } = process` is the same thing said differently. */
const isFromProcess = (element: ts.BindingElement): boolean => {
  const declaration = element.parent.parent;
  return ts.isVariableDeclaration(declaration) && declaration.initializer?.getText() === 'process';
};

/** The elements of `capabilities: […]` and `projections: […]` in a `service.ts`, each with the folder it was imported from. */
export function readSlices(
  path: string,
  text: string,
): { readonly capabilities: readonly string[]; readonly projections: readonly string[] } {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const folders = new Map<string, string>();
  const lists = new Map<string, string[]>();
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const names = node.importClause?.namedBindings;
      const folder = /^\.\/([^/]+)/.exec(node.moduleSpecifier.text)?.[1];
      if (folder && names && ts.isNamedImports(names))
        for (const { name } of names.elements) folders.set(name.text, folder);
    }
    if (ts.isPropertyAssignment(node) && ts.isArrayLiteralExpression(node.initializer))
      lists.set(
        node.name.getText(file),
        node.initializer.elements.map((element) => element.getText(file)),
      );
    ts.forEachChild(node, visit);
  };
  visit(file);
  const foldersOf = (list: string) => (lists.get(list) ?? []).map((name) => folders.get(name) ?? name);
  return { capabilities: foldersOf('capabilities'), projections: foldersOf('projections') };
}
