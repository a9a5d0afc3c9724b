"""Categories and texts that the contract of classifiers is about."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5

from forebay.application.ports.classification import LabelledSample, Sample
from forebay.domain.documents.category import Category, Rule, RuleKind

_NAMES = UUID("5b0d3ad2-6c1f-4f43-9d57-0d6d3c5a4f10")
_TIME = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """`plain`: a text that any classifier should recognise. `texts`: texts of this kind."""

    name: str
    description: str
    rules: tuple[Rule, ...]
    plain: str
    texts: tuple[str, ...]


INVOICES = Topic(
    name="Invoice",
    description="Bills from suppliers: what was bought, the amount due, value added tax, payment terms, bank account.",
    rules=(Rule(kind=RuleKind.ANY, terms=("invoice", "amount due", "payment terms")),),
    plain="Invoice number 4711. Amount due: 250.00 EUR including 19% VAT. Payment terms: pay the invoice to our bank"
    " account within 14 days.",
    texts=(
        "Invoice 2026-118 for office chairs, net 480.00, VAT 91.20, total amount due 571.20, payable within 30 days.",
        "We charge you for consulting in March: 12 hours at 110.00. Please pay this invoice by bank transfer.",
        "Bill for electricity, customer number 99812, amount due 84.15 EUR, to be debited from your bank account.",
        "Payment reminder: our invoice of 3 May about 1,200.00 is overdue; the total is payable at once.",
    ),
)
LETTERS = Topic(
    name="Job application",
    description="People who apply for a job: covering letters, curricula vitae, work experience, skills, references.",
    rules=(Rule(kind=RuleKind.ANY, terms=("curriculum vitae", "apply for", "work experience")),),
    plain="I apply for the job of software developer. My curriculum vitae shows my education, five years of work"
    " experience and my skills; references from former employers are attached.",
    texts=(
        "Dear hiring manager, I would like to apply for the position of accountant; my résumé is enclosed.",
        "Curriculum vitae. Education: degree in physics. Work experience: teacher from 2015. Skills: French, Python.",
        "With ten years of work experience in nursing I am the right candidate for the post that you advertise.",
        "References: my former employer will confirm that I led a team of six developers and hired new staff.",
    ),
)
RECIPES = Topic(
    name="Recipe",
    description="Cooking and baking recipes: ingredients, how to prepare a dish, oven temperature, servings.",
    rules=(Rule(kind=RuleKind.ALL, terms=("ingredients", "oven")), Rule(kind=RuleKind.ANY, terms=("tablespoon",))),
    plain="Ingredients: flour, two eggs, butter, sugar, a tablespoon of milk. Mix the dough, bake it in the oven at 180"
    " degrees, and serve the cake with cream.",
    texts=(
        "Chop the onions and fry them in butter, add rice and stock, cook gently and stir in grated cheese. Serves 4.",
        "Ingredients for the pizza: flour, yeast, olive oil, tomatoes, mozzarella. Bake in a hot oven for ten minutes.",
        "Whisk eggs with sugar, fold in the flour and a tablespoon of cocoa, and bake the cake for 40 minutes.",
        "Boil the potatoes, mash them with milk and butter, season with salt and nutmeg, serve with roast beef.",
    ),
)


def a_category(topic: Topic, *, name: str | None = None, bare: bool = False) -> Category:
    """`bare`: a name and nothing else."""
    name = name or topic.name
    return Category(
        id=uuid5(_NAMES, name),
        name=name,
        description="" if bare else topic.description,
        rules=() if bare else topic.rules,
        created_at=_TIME,
        updated_at=_TIME,
    )


def a_sample(text: str, *, title: str = "untitled") -> Sample:
    return Sample(title=title, text=text, media_type="text/plain", language=None)


def corrections_of(topic: Topic, category: Category | None) -> list[LabelledSample]:
    """The topic's texts, of which a person said that they are of this category."""
    category_id = None if category is None else category.id
    return [LabelledSample(sample=a_sample(text), category_id=category_id) for text in topic.texts]
