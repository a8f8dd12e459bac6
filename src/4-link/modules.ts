import type { FileFacts, GeneratedCode } from '../core/facts.ts';
import type { FileIndex, ModuleReference } from '../core/program.ts';
import type { PackageManifest, PathMapping, Workspace } from '../core/workspace.ts';

const EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];
/** What a specifier that names compiled output stands for in the sources. */
const SOURCE_OF: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.jsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
  '.jsx': ['.tsx'],
};
/** `exports` conditions from the most source-like on. */
const CONDITIONS = ['source', 'development', 'types', 'import', 'module', 'node', 'default', 'require', 'browser'];
const UNKNOWN: ModuleReference = { kind: 'unknown' };

/**
 * Resolves import specifiers without touching the disk: relative paths, the nearest tsconfig's `paths` and `baseUrl`,
 * workspace packages with their `exports`, and for everything else the package's name.
 */
export class ModuleResolver {
  readonly #files = new Map<string, FileIndex>();
  readonly #mappings: readonly PathMapping[];
  readonly #packages = new Map<string, PackageManifest>();
  readonly #manifests: readonly PackageManifest[];
  readonly #generated: readonly GeneratedCode[];
  readonly #cache = new Map<string, ModuleReference>();

  constructor(
    files: readonly FileFacts[],
    workspace: Pick<Workspace, 'packages' | 'tsconfigs'>,
    generated: readonly GeneratedCode[],
  ) {
    this.#generated = generated;
    for (const [index, { file }] of files.entries()) this.#files.set(file, index);
    this.#mappings = [...workspace.tsconfigs].sort((a, b) => b.directory.length - a.directory.length);
    this.#manifests = [...workspace.packages].sort((a, b) => b.directory.length - a.directory.length);
    for (const manifest of workspace.packages) if (manifest.name) this.#packages.set(manifest.name, manifest);
  }

  /** What `specifier` means in `file`. Asked once per folder and specifier. */
  resolve(file: string, specifier: string): ModuleReference {
    const directory = directoryOf(file);
    const key = `${directory}\0${specifier}`;
    let reference = this.#cache.get(key);
    if (!reference) {
      reference = this.#resolve(directory, specifier);
      this.#cache.set(key, reference);
    }
    return reference;
  }

  #resolve(directory: string, specifier: string): ModuleReference {
    if (specifier.startsWith('.')) return this.#file(join(directory, specifier)) ?? UNKNOWN;
    if (specifier.startsWith('/')) return this.#file(specifier.slice(1)) ?? UNKNOWN;
    return (
      this.#mapped(directory, specifier) ??
      this.#internal(directory, specifier) ??
      this.#workspacePackage(specifier) ??
      packageReference(specifier)
    );
  }

  #file(path: string | undefined): ModuleReference | undefined {
    if (path === undefined) return undefined;
    const generated = this.#generated.find(({ directory }) => isInside(path, directory));
    if (generated) return { kind: 'package', package: generated.package, subpath: [] };
    for (const candidate of candidates(path)) {
      const file = this.#files.get(candidate);
      if (file !== undefined) return { kind: 'file', file };
    }
    return undefined;
  }

  #mapped(directory: string, specifier: string): ModuleReference | undefined {
    for (const mapping of this.#mappings) {
      if (!isInside(directory, mapping.directory)) continue;
      for (const [pattern, targets] of Object.entries(mapping.paths)) {
        const rest = matchPattern(pattern, specifier);
        if (rest === undefined) continue;
        for (const target of targets) {
          const found = this.#file(normalise(target.replace('*', rest)));
          if (found) return found;
        }
      }
      const based = mapping.baseUrl === undefined ? undefined : this.#file(join(mapping.baseUrl, specifier));
      if (based) return based;
    }
    return undefined;
  }

  /** `#db` of a package's own `imports`. */
  #internal(directory: string, specifier: string): ModuleReference | undefined {
    if (!specifier.startsWith('#')) return undefined;
    const manifest = this.#manifests.find((candidate) => isInside(directory, candidate.directory));
    return manifest && this.#target(manifest, manifest.imports, specifier);
  }

  #workspacePackage(specifier: string): ModuleReference | undefined {
    const { name, subpath } = splitPackage(specifier);
    const manifest = this.#packages.get(name);
    if (!manifest) return undefined;
    const inner = subpath.join('/');
    const exported = this.#target(manifest, manifest.exports, inner ? `./${inner}` : '.');
    if (exported) return exported;
    const tries = inner ? [inner, `src/${inner}`] : [manifest.main ?? 'index', 'src/index', 'index', 'src/main'];
    for (const path of tries) {
      const found = this.#source(manifest, path);
      if (found) return found;
    }
    return undefined;
  }

  /** The target of `key` in an `exports` or `imports` map; patterns may have one `*`. */
  #target(manifest: PackageManifest, map: unknown, key: string): ModuleReference | undefined {
    if (typeof map === 'string' || Array.isArray(map))
      return key === '.' ? this.#firstTarget(manifest, map, '') : undefined;
    if (typeof map !== 'object' || map === null) return undefined;
    const entries = Object.entries(map);
    if (!entries.some(([name]) => name.startsWith('.') || name.startsWith('#'))) {
      return key === '.' ? this.#firstTarget(manifest, map, '') : undefined;
    }
    for (const [pattern, target] of entries) {
      const rest = matchPattern(pattern, key);
      const found = rest === undefined ? undefined : this.#firstTarget(manifest, target, rest);
      if (found) return found;
    }
    return undefined;
  }

  #firstTarget(manifest: PackageManifest, target: unknown, rest: string): ModuleReference | undefined {
    const pending: unknown[] = [target];
    for (let steps = 0; pending.length > 0 && steps < 100; steps++) {
      const at = pending.shift();
      if (typeof at === 'string') {
        const found = this.#source(manifest, at.replaceAll('*', rest));
        if (found) return found;
      } else if (Array.isArray(at)) {
        pending.push(...at.slice(0, 20));
      } else if (typeof at === 'object' && at !== null) {
        const conditions = new Map(Object.entries(at));
        pending.push(...CONDITIONS.flatMap((name) => (conditions.has(name) ? [conditions.get(name)] : [])));
      }
    }
    return undefined;
  }

  /** A file of a package; built output, which a fresh clone lacks, is looked for where its source usually is. */
  #source(manifest: PackageManifest, path: string): ModuleReference | undefined {
    const inner = normalise(path);
    if (inner === undefined) return undefined;
    const source = inner
      .replace(/^(dist|build|lib|out)\/(esm\/|cjs\/|src\/|types\/)?/, 'src/')
      .replace(/\.d\.([cm]?ts)$/, '.$1');
    const bare = inner.replace(/^(dist|build|lib|out)\/(esm\/|cjs\/|types\/)?/, '').replace(/\.d\.([cm]?ts)$/, '.$1');
    for (const candidate of [inner, source, bare]) {
      const found = this.#file(join(manifest.directory, candidate));
      if (found) return found;
    }
    return undefined;
  }
}

/** The npm package of a bare specifier. */
function packageReference(specifier: string): ModuleReference {
  if (/^[a-z]+:(?!\/\/)/.test(specifier)) {
    const [, rest = ''] = specifier.split(':', 2);
    const [first = '', ...subpath] = rest.split('/');
    return { kind: 'package', package: `${specifier.slice(0, specifier.indexOf(':'))}:${first}`, subpath };
  }
  const { name, subpath } = splitPackage(specifier);
  return name ? { kind: 'package', package: name, subpath } : UNKNOWN;
}

function splitPackage(specifier: string): { name: string; subpath: string[] } {
  const parts = specifier.split('/');
  const length = specifier.startsWith('@') ? 2 : 1;
  return { name: parts.slice(0, length).join('/'), subpath: parts.slice(length).filter((part) => part !== '') };
}

function candidates(path: string): string[] {
  const found = [path];
  const dot = path.lastIndexOf('.');
  const extension = dot > path.lastIndexOf('/') ? path.slice(dot) : '';
  for (const source of SOURCE_OF[extension] ?? []) found.push(path.slice(0, dot) + source);
  for (const added of EXTENSIONS) found.push(path + added);
  for (const added of EXTENSIONS) found.push(path === '' ? `index${added}` : `${path}/index${added}`);
  return found;
}

/** What `*` stands for, `''` for an exact match, undefined for none. */
function matchPattern(pattern: string, text: string): string | undefined {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text ? '' : undefined;
  const before = pattern.slice(0, star);
  const after = pattern.slice(star + 1);
  const fits = text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
  return fits ? text.slice(before.length, text.length - after.length) : undefined;
}

function directoryOf(file: string): string {
  const slash = file.lastIndexOf('/');
  return slash < 0 ? '' : file.slice(0, slash);
}

function isInside(directory: string, ancestor: string): boolean {
  return ancestor === '' || directory === ancestor || directory.startsWith(`${ancestor}/`);
}

function join(directory: string, path: string): string | undefined {
  return normalise(directory === '' ? path : `${directory}/${path}`);
}

/** Removes `.` and `..`; undefined when it would leave the root. */
function normalise(path: string): string | undefined {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}
