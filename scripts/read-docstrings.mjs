// Reads the docstrings of interface properties from TypeScript sources.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** @param {string} directory with the sources; interface names must be unique in it */
export function readDocstrings(directory) {
  const interfaces = new Map();
  for (const file of readdirSync(directory).filter((name) => name.endsWith('.options.ts'))) {
    const source = ts.createSourceFile(
      file,
      readFileSync(join(directory, file), 'utf8'),
      ts.ScriptTarget.Latest,
      true,
    );
    for (const statement of source.statements.filter(ts.isInterfaceDeclaration)) {
      interfaces.set(statement.name.text, statement);
    }
  }

  function propertyOf(interfaceName, name) {
    const property = interfaces.get(interfaceName)?.members.find((member) => member.name?.getText() === name);
    if (property === undefined) throw new Error(`There is no property ${name} in ${interfaceName}.`);
    return property;
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
