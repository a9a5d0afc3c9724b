import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Schemas } from "@/api/client";
import { Dialog } from "@/ui/dialog";
import { pluralText } from "@/ui/numbers";
import { Failure, Loading } from "@/ui/state";
import { Time } from "@/ui/time";
import { AlertActions } from "./alert-actions";
import { AlertState } from "./alert-state";
import { DeliveryList } from "./delivery-list";
import { alertQuery, ruleQuery } from "./queries";
import { CHANNEL_NAMES, conditionText, stateOf, TYPE_NAMES } from "./words";

const LINK = "text-accent-strong underline decoration-accent/40 underline-offset-2 hover:decoration-accent";

/** All that is known of an alert, with the messages about it. */
export function AlertDialog({ alertId, onClose }: { alertId: string; onClose: () => void }) {
  const { data, error, refetch } = useQuery(alertQuery(alertId));
  return (
    <Dialog open wide onClose={onClose} title="Alert">
      {data !== undefined ? (
        <Detail alert={data} />
      ) : error !== null ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading rows={4} what="Loading the alert" />
      )}
    </Dialog>
  );
}

function Detail({ alert }: { alert: Schemas["AlertDetailBody"] }) {
  const { why } = stateOf(alert);
  return (
    <div className="space-y-5">
      <p className="font-medium text-base [overflow-wrap:anywhere]">{alert.summary}</p>
      <div className="flex flex-wrap items-center justify-between gap-3" aria-live="polite">
        <AlertState alert={alert} />
        <AlertActions alert={alert} />
      </div>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2">
        <Fact name="Pipeline">
          <Link to="/pipelines/$pipelineId" params={{ pipelineId: alert.pipeline_id }} className={LINK}>
            {alert.pipeline_name}
          </Link>{" "}
          <span className="text-muted">{alert.environment}</span>
        </Fact>
        <Fact name="Client">
          <Link to="/clients/$clientId" params={{ clientId: alert.client_id }} className={LINK}>
            {alert.client_name}
          </Link>
        </Fact>
        <Fact name="Since">
          <Time at={alert.opened_at} exact />
        </Fact>
        <Fact name="Found anew">{pluralText(alert.occurrences, "time")}</Fact>
        {alert.acknowledged_at !== null && (
          <Fact name="Acknowledged">
            {alert.acknowledged_by !== null && `by ${alert.acknowledged_by}, `}
            <Time at={alert.acknowledged_at} exact />
          </Fact>
        )}
        {!alert.is_open && (
          <Fact name="Closed">
            <Time at={alert.closed_at} exact />. {why}
          </Fact>
        )}
        <Fact name="Rule">
          <RuleOf ruleId={alert.rule_id} type={alert.rule_type} />
        </Fact>
      </dl>
      <section>
        <h3 className="mb-2 font-semibold">Messages</h3>
        <DeliveryList deliveries={alert.deliveries} />
      </section>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </>
  );
}

function RuleOf({ ruleId, type }: { ruleId: string; type: Schemas["RuleType"] }) {
  const { data } = useQuery(ruleQuery(ruleId));
  if (data === undefined) return TYPE_NAMES[type];
  const { body } = data;
  return (
    <>
      {conditionText(body)}. {CHANNEL_NAMES[body.channel]}{" "}
      <code className="font-mono text-xs">{body.masked_destination}</code>
      {!body.is_enabled && ", disabled"}{" "}
      <Link to="/alerts" search={{ state: "all", rule: ruleId }} className={`${LINK} whitespace-nowrap`}>
        All its alerts
      </Link>
    </>
  );
}
