import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Learn } from "@/features/documents/learn";
import { categoriesQuery } from "@/features/documents/queries";
import { Dialog } from "@/ui/dialog";
import { pluralText } from "@/ui/numbers";
import { Failure, Loading } from "@/ui/state";

/** What documents can be, and what the classifiers go by. */
export function CategoriesDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} wide title="Categories" about="What kinds of documents there are.">
      <Learn />
      <CategoryList onChoose={onClose} />
    </Dialog>
  );
}

function CategoryList({ onChoose }: { onChoose: () => void }) {
  const { data, error, refetch } = useQuery(categoriesQuery);
  if (data === undefined) {
    return error === null ? (
      <Loading what="Loading categories" />
    ) : (
      <Failure error={error} onRetry={() => void refetch()} />
    );
  }
  if (data.length === 0)
    return <p className="py-6 text-center text-muted">There are no categories: nothing is classified.</p>;
  return (
    <ul aria-label="Categories" className="mt-3 divide-y divide-line">
      {data.map(({ id, name, description, rules, examples }) => (
        <li key={id} className="py-3">
          <div className="flex flex-wrap items-baseline justify-between gap-x-4">
            <Link
              to="/documents"
              search={{ category: name }}
              onClick={onChoose}
              className="font-medium text-accent-strong hover:underline"
            >
              {name}
            </Link>
            <span className="text-muted text-xs">
              {pluralText(rules.length, "rule")} · {pluralText(examples.length, "example")}
            </span>
          </div>
          <p className="mt-0.5 break-words text-muted">{description}</p>
        </li>
      ))}
    </ul>
  );
}
