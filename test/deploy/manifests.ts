import { readdirSync, readFileSync } from 'node:fs';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { ICronJob } from 'kubernetes-models/batch/v1/CronJob';
import type { IJob } from 'kubernetes-models/batch/v1/Job';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { ISecret } from 'kubernetes-models/v1/Secret';
import { parseAllDocuments } from 'yaml';
import { fromRoot } from '../support/root.ts';

/** An object of a manifest. */
export type Resource = IJob | ICronJob | IDeployment | ISecret;

/** Every object of deploy/kubernetes, with its file. */
export const resources: readonly { readonly file: string; readonly resource: Resource }[] = readdirSync(
  fromRoot('deploy', 'kubernetes'),
).flatMap((file) =>
  parseAllDocuments(readFileSync(fromRoot('deploy', 'kubernetes', file), 'utf8')).map((document) => {
    if (document.errors.length > 0) throw new Error(`${file}: ${document.errors.join('\n')}`);
    return { file, resource: document.toJS() as Resource };
  }),
);

/** What a Job or a CronJob runs once; undefined for others. */
export function jobOf(resource: Resource): IJob['spec'] {
  if (resource.kind === 'CronJob') return resource.spec?.jobTemplate.spec;
  return resource.kind === 'Job' ? resource.spec : undefined;
}

/** The pods that an object makes; undefined for a Secret. */
export function podOf(resource: Resource): IPodSpec | undefined {
  return resource.kind === 'Deployment' ? resource.spec?.template.spec : jobOf(resource)?.template.spec;
}

/** All containers of a pod, those that run first included. */
export function containersOf({ initContainers = [], containers }: IPodSpec): IPodSpec['containers'] {
  return [...initContainers, ...containers];
}

/** The values of every Secret, by `name/key`. */
export function secretValues(): Map<string, string> {
  return new Map(
    resources.flatMap(({ resource }) =>
      resource.kind === 'Secret'
        ? Object.entries(resource.stringData ?? {}).map(
            ([key, value]) => [`${resource.metadata?.name}/${key}`, value] as const,
          )
        : [],
    ),
  );
}
