import { notAllowed } from '@jishi/errors';
import {
  defaultFieldResolver,
  isNonNullType,
  isObjectType,
  type ConstDirectiveNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import type { Context } from './context';

/** `anybody` marks containers and words without a secret of their own: page info, ratios, reasons. */
const anybody = 'anybody';

export interface AccessRule {
  readonly permission: string;
  readonly class: string;
}

function ruleIn(directives: readonly ConstDirectiveNode[] | undefined): AccessRule | undefined {
  const directive = directives?.find(({ name }) => name.value === 'access');
  if (!directive) return undefined;
  const argument = (name: string): string | undefined => {
    const value = directive.arguments?.find((each) => each.name.value === name)?.value;
    return value && 'value' in value ? String(value.value) : undefined;
  };
  return { permission: argument('permission') ?? '', class: argument('class') ?? 'P1' };
}

/** The access rule of every field, `Type.field` → rule; a field takes its type's rule unless it has its own. */
export function accessRules(schema: GraphQLSchema): Map<string, AccessRule> {
  const rules = new Map<string, AccessRule>();
  const broken: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('_')) continue;
    const ofType = [type.astNode, ...type.extensionASTNodes].map((node) => ruleIn(node?.directives)).find(Boolean);
    for (const field of Object.values(type.getFields())) {
      if (field.name.startsWith('_')) continue;
      const rule = ruleIn(field.astNode?.directives) ?? ofType;
      const name = `${type.name}.${field.name}`;
      if (!rule?.permission) broken.push(`${name} has no @access`);
      else if (/^P[23]$/.test(rule.class) && isNonNullType(field.type))
        broken.push(`${name} is ${rule.class} and may be hidden, so it must be nullable`);
      else rules.set(name, rule);
    }
  }
  if (broken.length > 0) throw new Error(`Fields without a sound access rule:\n  ${broken.join('\n  ')}`);
  return rules;
}

/** Puts the rule in front of every resolver. Rows are narrowed by the data layer; this guards permissions and sensitive values. */
export function enforceAccess(schema: GraphQLSchema): GraphQLSchema {
  const rules = accessRules(schema);
  for (const [name, rule] of rules) {
    if (rule.permission === anybody) continue;
    const [typeName, fieldName] = name.split('.') as [string, string];
    const type = schema.getType(typeName) as GraphQLObjectType;
    guard(type.getFields()[fieldName]!, rule);
  }
  return schema;
}

function guard(field: GraphQLField<object, Context>, rule: AccessRule): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  const sensitive = /^P[23]$/.test(rule.class);
  const required = isNonNullType(field.type);
  field.resolve = (parent, args, context, info) => {
    if (context.may(rule.permission, sensitive ? placed(parent, info) : undefined))
      return resolve(parent, args, context, info);
    if (required || isRoot(info)) throw notAllowed(rule.permission);
    context.hidden.push({ path: pathOf(info), class: rule.class, permission: rule.permission });
    return null;
  };
}

/** A sensitive value is judged by the row it stands in; a row that does not say where it belongs is a programming error. */
function placed(parent: object, info: GraphQLResolveInfo): object {
  if ('path' in parent || 'areaCode' in parent) return parent;
  throw new Error(
    `${info.parentType.name}.${info.fieldName} is sensitive, and its row carries neither path nor areaCode`,
  );
}
const isRoot = (info: GraphQLResolveInfo): boolean => info.path.prev === undefined;

function pathOf(info: GraphQLResolveInfo): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: GraphQLResolveInfo['path'] | undefined = info.path; at; at = at.prev) path.unshift(at.key);
  return path;
}
