"""An application on SQLAlchemy: an identity map over many short sessions, and a pool."""

from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy.pool import QueuePool


class Base(DeclarativeBase):
    """The base of the mapped classes."""


class Author(Base):
    """Who wrote a book."""

    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="author")


class Book(Base):
    """What an author wrote."""

    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author] = relationship(back_populates="books")


def run():
    """Fills a database, then reads and changes it in many sessions."""
    engine = create_engine(
        "sqlite:///file:books?mode=memory&cache=shared&uri=true", poolclass=QueuePool
    )
    with engine.connect():  # keeps the database alive
        Base.metadata.create_all(engine)
        with Session(engine) as session:
            for number in range(200):
                books = [Book(title=f"Title {number}.{part}") for part in range(5)]
                session.add(Author(name=f"Author {number}", books=books))
            session.commit()
        letters = 0
        for number in range(20):
            with Session(engine) as session:
                for book in session.scalars(select(Book).where(Book.id % 3 == number % 3)):
                    letters += len(book.author.name)
                session.get_one(Author, number + 1).name += "!"
                session.commit()
        for _ in range(2000):
            engine.connect().close()
    engine.dispose()
    return letters
