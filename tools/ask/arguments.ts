import { Kind, parse, type TypeNode, type VariableDefinitionNode } from 'graphql';

export interface Arguments {
  readonly question?: string;
  readonly variables: readonly (readonly [name: string, value: string])[];
  readonly account: string;
  readonly language: 'zh' | 'en';
  readonly table: boolean;
  readonly list: boolean;
  readonly help: boolean;
  readonly url?: string;
}

/** The command cannot be understood; the message says why, in both languages. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const withValue = new Set(['--var', '--as', '--lang', '--url']);

/** @throws UsageError for an unknown option, an option without its value, or more than one question. */
export function readArguments(words: readonly string[]): Arguments {
  const variables: [string, string][] = [];
  const given = new Map<string, string>();
  const flags = new Set<string>();
  const questions: string[] = [];

  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const [option = '', inline] = word.startsWith('--') ? (/^(--[^=]+)(?:=(.*))?$/s.exec(word)?.slice(1) ?? []) : [];
    if (withValue.has(option)) {
      const value = inline ?? words[++at];
      if (value === undefined) throw new UsageError(`${option} 后面缺少内容 / ${option} needs a value`);
      const [, name, text] = /^(\w+)=(.*)$/s.exec(value) ?? [];
      if (option !== '--var') given.set(option, value);
      else if (name === undefined || text === undefined)
        throw new UsageError(`--var 应写作 名称=值 / --var is written name=value: ${value}`);
      else variables.push([name, text]);
    } else if (['--table', '--list', '--help', '-h'].includes(word)) flags.add(word);
    else if (word.startsWith('-')) throw new UsageError(`不认识的选项 / unknown option: ${word}`);
    else questions.push(word);
  }
  if (questions.length > 1) throw new UsageError(`一次只问一个问题 / one question at a time: ${questions.join(' ')}`);
  const language = given.get('--lang') ?? 'zh';
  if (language !== 'zh' && language !== 'en')
    throw new UsageError(`--lang 为 zh 或 en / --lang is zh or en: ${language}`);

  return {
    question: questions[0],
    variables,
    account: given.get('--as') ?? 'city-org',
    language,
    table: flags.has('--table'),
    list: flags.has('--list'),
    help: flags.has('--help') || flags.has('-h'),
    url: given.get('--url'),
  };
}

/**
 * The example's variables with what was given on the command line, each read as the question's own type says: `410803` is
 * text where an area code is asked for and a number where a count is.
 * @throws UsageError when the question has no such variable or the value is not of its type.
 */
export function variablesFor(
  text: string,
  example: Readonly<Record<string, unknown>>,
  given: Arguments['variables'],
): Record<string, unknown> {
  const known = new Map<string, VariableDefinitionNode>();
  for (const node of parse(text).definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const each of node.variableDefinitions ?? []) known.set(each.variable.name.value, each);
  }
  const variables: Record<string, unknown> = { ...example };
  for (const [name, value] of given) {
    const definition = known.get(name);
    if (!definition) {
      const names = [...known.keys()].join(', ');
      throw new UsageError(`问题没有变量 ${name}，只有 / no variable ${name}, there are: ${names}`);
    }
    variables[name] = valueOf(definition.type, value, name);
  }
  return variables;
}

function valueOf(type: TypeNode, text: string, name: string): unknown {
  if (type.kind === Kind.NON_NULL_TYPE) return valueOf(type.type, text, name);
  if (text === 'null') return null;
  if (type.kind === Kind.LIST_TYPE) {
    if (!text.startsWith('[')) return text.split(',').map((each) => valueOf(type.type, each.trim(), name));
    return asJson(text, name);
  }
  const named = type.name.value;
  if (['Int', 'Float', 'Boolean'].includes(named) || text.startsWith('{')) return asJson(text, name);
  return text;
}

function asJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`变量 ${name} 的值无法读取 / cannot read the value of ${name}: ${text}`, { cause: error });
  }
}
