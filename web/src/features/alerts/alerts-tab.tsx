import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { AlertDialog } from "./alert-dialog";
import { AlertFilterBar } from "./alert-filter-bar";
import { AlertList } from "./alert-list";

/** Alerts, open ones first. */
export function AlertsTab() {
  const search = useSearch({ from: "/alerts" });
  const navigate = useNavigate({ from: "/alerts" });
  const { acknowledged, type, client, pipeline, rule, state } = search;
  const filters = {
    ...(acknowledged !== undefined && { acknowledged }),
    ...(type !== undefined && { type }),
    ...(client !== undefined && { client }),
    ...(pipeline !== undefined && { pipeline }),
    ...(rule !== undefined && { rule }),
  };
  const close = useCallback(
    // replaced: Back is not to open it again
    () => void navigate({ search: ({ alert: _, ...rest }) => rest, replace: true, resetScroll: false }),
    [navigate],
  );
  return (
    <div className="space-y-4">
      <AlertFilterBar />
      {state !== "closed" && (
        <AlertList
          isOpen
          filters={filters}
          cursor={search.cursor}
          onCursor={(cursor) =>
            void navigate({ search: ({ cursor: _, ...rest }) => (cursor === undefined ? rest : { ...rest, cursor }) })
          }
        />
      )}
      {state !== undefined && (
        <AlertList
          isOpen={false}
          filters={filters}
          cursor={search.closedCursor}
          onCursor={(closedCursor) =>
            void navigate({
              search: ({ closedCursor: _, ...rest }) => (closedCursor === undefined ? rest : { ...rest, closedCursor }),
            })
          }
        />
      )}
      {search.alert !== undefined && <AlertDialog alertId={search.alert} onClose={close} />}
    </div>
  );
}
