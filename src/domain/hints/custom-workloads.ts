import type { KeyPath } from '../text/key-path.ts';
import { type PodPaths, WORKLOADS } from './workloads.ts';

const SPEC_TEMPLATE = 'spec.template';
const JOB_TEMPLATE = 'template.spec.template';
const ray = (spec: string) => [`${spec}.headGroupSpec.template`, `${spec}.workerGroupSpecs.*.template`];
const replicas = (field: string) => [`spec.${field}.*.template`];
const metrics = ['spec.metrics.*.provider.job.spec.template'];

/**
 * By project: kinds of custom resources, and where their pod templates are. The paths are compared with the projects'
 * types (docs/custom-kinds.md).
 */
const CUSTOM: Readonly<Record<string, readonly string[]>> = {
  // Argo Rollouts, argoproj.io/v1alpha1
  Rollout: [SPEC_TEMPLATE],
  // Katib's Experiment, kubeflow.org/v1beta1, has whole objects for trials: Jobs, where nothing else is said
  Experiment: ['spec.templates.*.template', 'spec.trialTemplate.trialSpec.spec.template'],
  AnalysisTemplate: metrics,
  ClusterAnalysisTemplate: metrics,
  AnalysisRun: metrics,
  // Knative: serving.knative.dev/v1, sources.knative.dev/v1, sinks.knative.dev/v1alpha1; a core Service has no template
  Service: [SPEC_TEMPLATE],
  Configuration: [SPEC_TEMPLATE],
  ContainerSource: [SPEC_TEMPLATE],
  JobSink: ['spec.job.spec.template'],
  // Kubeflow, kubeflow.org/v1 and trainer.kubeflow.org/v1alpha1
  PyTorchJob: replicas('pytorchReplicaSpecs'),
  TFJob: replicas('tfReplicaSpecs'),
  MXJob: replicas('mxReplicaSpecs'),
  MPIJob: replicas('mpiReplicaSpecs'),
  XGBoostJob: replicas('xgbReplicaSpecs'),
  PaddleJob: replicas('paddleReplicaSpecs'),
  JAXJob: replicas('jaxReplicaSpecs'),
  TrainingRuntime: [`spec.template.spec.replicatedJobs.*.${JOB_TEMPLATE}`],
  ClusterTrainingRuntime: [`spec.template.spec.replicatedJobs.*.${JOB_TEMPLATE}`],
  // Ray, ray.io/v1
  RayCluster: ray('spec'),
  RayJob: [...ray('spec.rayClusterSpec'), 'spec.submitterPodTemplate'],
  RayService: ray('spec.rayClusterConfig'),
  // Spark: Kubeflow's sparkoperator.k8s.io/v1beta2, and Apache's spark.apache.org/v1
  SparkApplication: [
    'spec.driver.template',
    'spec.executor.template',
    'spec.driverSpec.podTemplateSpec',
    'spec.executorSpec.podTemplateSpec',
  ],
  ScheduledSparkApplication: ['spec.template.driver.template', 'spec.template.executor.template'],
  SparkCluster: ['spec.masterSpec.statefulSetSpec.template', 'spec.workerSpec.statefulSetSpec.template'],
  // OpenKruise, apps.kruise.io; its StatefulSet and DaemonSet are as Kubernetes' own
  CloneSet: [SPEC_TEMPLATE],
  BroadcastJob: [SPEC_TEMPLATE],
  AdvancedCronJob: [
    `spec.template.jobTemplate.spec.template`,
    `spec.template.broadcastJobTemplate.spec.template`,
  ],
  UnitedDeployment: [
    `spec.template.statefulSetTemplate.spec.template`,
    `spec.template.advancedStatefulSetTemplate.spec.template`,
    `spec.template.cloneSetTemplate.spec.template`,
    `spec.template.deploymentTemplate.spec.template`,
  ],
  // Volcano, batch.volcano.sh/v1alpha1 (beside batch/v1) and flow.volcano.sh/v1alpha1
  Job: ['spec.tasks.*.template'],
  JobTemplate: ['spec.tasks.*.template'],
  JobFlow: ['spec.flows.*.patch.jobSpec.tasks.*.template'],
  CronJob: ['spec.jobTemplate.spec.tasks.*.template'],
  // JobSet and LeaderWorkerSet, jobset.x-k8s.io and leaderworkerset.x-k8s.io
  JobSet: [`spec.replicatedJobs.*.${JOB_TEMPLATE}`],
  LeaderWorkerSet: ['spec.leaderWorkerTemplate.leaderTemplate', 'spec.leaderWorkerTemplate.workerTemplate'],
  // Agent Sandbox, agents.x-k8s.io and extensions.agents.x-k8s.io
  Sandbox: ['spec.podTemplate'],
  SandboxTemplate: ['spec.podTemplate'],
  // KEDA, keda.sh/v1alpha1
  ScaledJob: ['spec.jobTargetRef.template'],
  // Actions Runner Controller, actions.github.com/v1alpha1 and actions.summerwind.dev/v1alpha1
  AutoscalingRunnerSet: [SPEC_TEMPLATE, 'spec.listenerTemplate'],
  AutoscalingListener: [SPEC_TEMPLATE],
  EphemeralRunnerSet: ['spec.ephemeralRunnerSpec'],
  EphemeralRunner: ['spec'],
  RunnerSet: [SPEC_TEMPLATE],
  // Agones, agones.dev/v1
  GameServer: [SPEC_TEMPLATE],
  GameServerSet: [`spec.${JOB_TEMPLATE}`],
  Fleet: [`spec.${JOB_TEMPLATE}`],
  // Apache Flink, flink.apache.org/v1beta1
  FlinkDeployment: ['spec.podTemplate', 'spec.jobManager.podTemplate', 'spec.taskManager.podTemplate'],
};

/** Kinds of custom resources that are well known, and where the pod templates are in them. */
export const CUSTOM_WORKLOADS: PodPaths = new Map(
  Object.entries(CUSTOM).map(([kind, paths]) => [kind, paths.map((path): KeyPath => path.split('.'))]),
);

const RUNS = 'metadata.annotations';
const ARGO = 'spec.podMetadata.annotations and spec.templates.*.metadata.annotations';

/**
 * Kinds that make pods without a pod template in them, and where the annotations of those pods come from
 * (docs/custom-kinds.md has the places in the projects' code).
 */
export const TEMPLATELESS_KINDS: ReadonlyMap<string, string> = new Map([
  // Argo Workflows
  ['Workflow', ARGO],
  ['WorkflowTemplate', ARGO],
  ['ClusterWorkflowTemplate', ARGO],
  ['CronWorkflow', ARGO.replaceAll('spec.', 'spec.workflowSpec.')],
  // Tekton: tasks and pipelines hand theirs to their runs, and those to the pods
  ['Task', RUNS],
  ['TaskRun', RUNS],
  ['Pipeline', RUNS],
  ['PipelineRun', RUNS],
  // Kubeflow
  ['Notebook', RUNS],
  ['TrainJob', 'the template of its training runtime'],
  ['SparkApplication', 'spec.driver.annotations and spec.executor.annotations'],
  ['ScheduledSparkApplication', 'spec.template.driver.annotations and spec.template.executor.annotations'],
  // KServe
  ['InferenceService', 'metadata.annotations and spec.predictor.annotations'],
  ['ServingRuntime', 'spec.annotations'],
  ['ClusterServingRuntime', 'spec.annotations'],
]);

/** Where objects of a kind keep pods, by the built-in tables. */
export function knownPodPaths(kind: string): readonly KeyPath[] {
  return [...(WORKLOADS.get(kind) ?? []), ...(CUSTOM_WORKLOADS.get(kind) ?? [])];
}

/** `KIND=PATH`, as {@link parsePodPaths} reads it. */
export function podPathText(kind: string, path: KeyPath): string {
  return `${kind}=${path.join('.')}`;
}
