import { ToggleGroup } from "radix-ui";

/** One of few choices, all of them to be seen. For screen readers it is a group of radio buttons. */
export function Segmented<T extends string>({
  label,
  value,
  choices,
  onChange,
}: {
  label: string;
  value: T;
  choices: readonly { readonly value: T; readonly label: string }[];
  onChange: (value: T) => void;
}) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      onValueChange={(next) => {
        const choice = choices.find((one) => one.value === next); // "" when the chosen one is pressed again
        if (choice !== undefined) onChange(choice.value);
      }}
      className="inline-flex rounded-md border border-line-strong/60 bg-surface p-0.5"
    >
      {choices.map((choice) => (
        <ToggleGroup.Item
          key={choice.value}
          value={choice.value}
          className="h-7 rounded px-2.5 font-medium text-muted text-xs whitespace-nowrap hover:text-ink data-[state=on]:bg-accent-soft data-[state=on]:text-accent-strong"
        >
          {choice.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
