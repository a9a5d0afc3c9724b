import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "@/api/client";
import { clientNameQuery, pipelineNameQuery } from "./queries";

const LINK = "text-accent-strong underline decoration-accent/40 underline-offset-2 hover:decoration-accent";
type Rule = Schemas["AlertRuleBody"];

/** What a rule is for, in words, with links to it. */
export function RuleScope({ rule }: { rule: Rule }) {
  if (rule.pipeline_id !== null) return <OfPipeline pipelineId={rule.pipeline_id} />;
  if (rule.client_id !== null) {
    return (
      <span>
        Client <ClientLink clientId={rule.client_id} />
      </span>
    );
  }
  return <span>Everywhere</span>;
}

function OfPipeline({ pipelineId }: { pipelineId: string }) {
  const { data } = useQuery(pipelineNameQuery(pipelineId));
  return (
    <span>
      Pipeline{" "}
      <Link to="/pipelines/$pipelineId" params={{ pipelineId }} className={LINK}>
        {data?.name ?? "…"}
      </Link>
      {data !== undefined && (
        <>
          {" of "}
          <ClientLink clientId={data.client_id} />
        </>
      )}
    </span>
  );
}

function ClientLink({ clientId }: { clientId: string }) {
  const { data } = useQuery(clientNameQuery(clientId));
  return (
    <Link to="/clients/$clientId" params={{ clientId }} className={LINK}>
      {data?.name ?? "…"}
    </Link>
  );
}
