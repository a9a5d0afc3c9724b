import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  lazyRouteComponent,
} from "@tanstack/react-router";
import { NotFound } from "@/app/not-found";
import { Shell } from "@/app/shell";
import { readAlertsSearch } from "@/features/alerts/search";
import { readDocumentSearch, readDocumentsSearch } from "@/features/documents/search";
import { readClientSearch, readPipelineSearch, readPipelinesSearch } from "@/features/pipelines/search";
import { readRunSearch, readRunsSearch } from "@/features/runs/search";
import { readSystemSearch } from "@/features/system/search";
import { Failure, Loading } from "@/ui/state";

// The server answers all of these paths with index.html: src/forebay/entrypoints/http/web.py.
const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Shell, notFoundComponent: NotFound });
const at = () => root;

const overview = createRoute({
  getParentRoute: at,
  path: "/",
  component: lazyRouteComponent(() => import("@/features/overview/overview-page"), "OverviewPage"),
});
const upload = createRoute({
  getParentRoute: at,
  path: "/upload",
  component: lazyRouteComponent(() => import("@/features/upload/upload-page"), "UploadPage"),
});
const runs = createRoute({
  getParentRoute: at,
  path: "/runs",
  validateSearch: readRunsSearch,
  component: lazyRouteComponent(() => import("@/features/runs/runs-page"), "RunsPage"),
});
const run = createRoute({
  getParentRoute: at,
  path: "/runs/$runId",
  validateSearch: readRunSearch,
  component: lazyRouteComponent(() => import("@/features/runs/run-page"), "RunPage"),
});
const documents = createRoute({
  getParentRoute: at,
  path: "/documents",
  validateSearch: readDocumentsSearch,
  component: lazyRouteComponent(() => import("@/features/documents/documents-page"), "DocumentsPage"),
});
const document = createRoute({
  getParentRoute: at,
  path: "/documents/$documentId",
  validateSearch: readDocumentSearch,
  component: lazyRouteComponent(() => import("@/features/documents/document-page"), "DocumentPage"),
});
const pipelines = createRoute({
  getParentRoute: at,
  path: "/pipelines",
  validateSearch: readPipelinesSearch,
  component: lazyRouteComponent(() => import("@/features/pipelines/pipelines-page"), "PipelinesPage"),
});
const pipeline = createRoute({
  getParentRoute: at,
  path: "/pipelines/$pipelineId",
  validateSearch: readPipelineSearch,
  component: lazyRouteComponent(() => import("@/features/pipelines/pipeline-page"), "PipelinePage"),
});
const client = createRoute({
  getParentRoute: at,
  path: "/clients/$clientId",
  validateSearch: readClientSearch,
  component: lazyRouteComponent(() => import("@/features/pipelines/client-page"), "ClientPage"),
});
const alerts = createRoute({
  getParentRoute: at,
  path: "/alerts",
  validateSearch: readAlertsSearch,
  component: lazyRouteComponent(() => import("@/features/alerts/alerts-page"), "AlertsPage"),
});
const system = createRoute({
  getParentRoute: at,
  path: "/system",
  validateSearch: readSystemSearch,
  component: lazyRouteComponent(() => import("@/features/system/system-page"), "SystemPage"),
});

const tree = root.addChildren([
  overview,
  upload,
  runs,
  run,
  documents,
  document,
  pipelines,
  pipeline,
  client,
  alerts,
  system,
]);

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0, // what is fresh is for the query cache to say
    scrollRestoration: true,
    defaultPendingComponent: () => <Loading />,
    defaultErrorComponent: ({ error, reset }: ErrorComponentProps) => (
      <Failure error={error} onRetry={reset} what="This page could not be shown" />
    ),
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
