// Reads the docstrings of interface properties from TypeScript sources.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** @param {string[]} directories with the sources, at any depth; interface names must be unique in them */
export function readDocstrings(...directories) {
  const interfaces = new Map();
  const files = directories.flatMap((directory) =>
    readdirSync(directory, { recursive: true }).map((name) => join(directory, name)),
  );
  for (const file of files.filter((name) => name.endsWith('.options.ts'))) {
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
    for (const statement of source.statements.filter(ts.isInterfaceDeclaration)) {
      interfaces.set(statement.name.text, statement);
    }
  }

  function propertyOf(interfaceName, name) {
    const property = findProperty(interfaceName, name);
    if (property === undefined) throw new Error(`There is no property ${name} in ${interfaceName}.`);
    return property;
  }

  /** Also among those that it inherits. */
  function findProperty(interfaceName, name) {
    const declaration = interfaces.get(interfaceName);
    const parents = declaration?.heritageClauses?.flatMap(({ types }) => [...types]) ?? [];
    return (
      declaration?.members.find((member) => member.name?.getText() === name) ??
      parents
        .map((parent) => findProperty(parent.expression.getText(), name))
        .find((found) => found !== undefined)
    );
  }

  return {
    /** The interface that is the type of a property, or one of the types of its union. */
    typeOf(interfaceName, name) {
      const { type } = propertyOf(interfaceName, name);
      const types = ts.isUnionTypeNode(type) ? type.types : [type];
      const found = types.map((node) => node.getText()).find((text) => interfaces.has(text));
      if (found === undefined) throw new Error(`The type of ${interfaceName}.${name} is no interface.`);
      return found;
    },

    /** The whole text of a docstring, its first paragraph (`summary`) and its `@default`. */
    of(interfaceName, name) {
      const [docstring] = propertyOf(interfaceName, name).jsDoc ?? [];
      const text = ts.getTextOfJSDocComment(docstring?.comment);
      if (!text) throw new Error(`${interfaceName}.${name} has no docstring.`);
      const tag = docstring.tags?.find(({ tagName }) => tagName.text === 'default');
      return {
        text,
        summary: text.split(/\n\s*\n/)[0].replaceAll(/\s+/g, ' '),
        defaultText: tag && ts.getTextOfJSDocComment(tag.comment)?.trim(),
      };
    },
  };
}
