from fastapi import APIRouter

router = APIRouter(prefix="/orders")


@router.get("/health")
async def health():
    return {"ok": True}
